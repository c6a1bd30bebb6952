import { verify, X509Certificate } from 'node:crypto';
import type { Json } from './webhook.types.js';

const notified = ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'];
const confirmed = ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];

/** Whether an address is one under which Amazon keeps the certificates that it signs notifications with. */
export function isCertificateUrl(url: string): boolean {
  return (
    isAmazonSns(url) && /^\/SimpleNotificationService-[A-Za-z0-9]{16,64}\.pem$/.test(new URL(url).pathname)
  );
}

/** Whether an address is one of Amazon's notification service itself. */
export function isAmazonSns(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, port, username } = new URL(url);
  const isTheirs = /^sns\.[a-z0-9-]{3,30}\.amazonaws\.com(?:\.cn)?$/.test(hostname);
  return protocol === 'https:' && isTheirs && port === '' && username === '';
}

/** Whether Amazon's notification service has signed a message with this certificate, by version 1 or 2 of its rules. */
export function isSignedBySns(message: Json, certificate: string, now: Date): boolean {
  const algorithm = { '1': 'sha1', '2': 'sha256' }[String(message['SignatureVersion'])];
  if (algorithm === undefined) return false;
  const names = message['Type'] === 'Notification' ? notified : confirmed;
  // Name and value of each field that is there, each on a line of its own, in the order of the names.
  const signed = names
    .flatMap((name) => (typeof message[name] === 'string' ? `${name}\n${message[name]}\n` : []))
    .join('');
  try {
    const { publicKey, validFromDate, validToDate } = new X509Certificate(certificate);
    if (now < validFromDate || now > validToDate) return false;
    return verify(
      algorithm,
      Buffer.from(signed),
      publicKey,
      Buffer.from(String(message['Signature']), 'base64'),
    );
  } catch {
    return false;
  }
}
