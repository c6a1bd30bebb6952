import DKIM from 'nodemailer/lib/dkim';
import { MessageError, type DkimKey } from './mime.types.js';

/**
 * Signed header fields. RFC 8058 section 4 wants both List-Unsubscribe fields among them, or one-click
 * requests are not honoured.
 */
const fields = [
  'From',
  'Reply-To',
  'To',
  'Subject',
  'Date',
  'Message-ID',
  'MIME-Version',
  'Content-Type',
  'Content-Language',
  'Auto-Submitted',
  'Feedback-ID',
  'X-Aftercare-Delivery',
  'List-Unsubscribe',
  'List-Unsubscribe-Post',
].join(':');

/** The message with a DKIM-Signature (RFC 6376, rsa-sha256, relaxed/relaxed) before it. */
export async function signed(raw: Buffer, key: DkimKey): Promise<Buffer> {
  const signer = new DKIM({
    domainName: key.domain,
    keySelector: key.selector,
    privateKey: key.privateKey,
    headerFieldNames: fields,
  });
  const chunks: Buffer[] = [];
  for await (const chunk of signer.sign(raw)) chunks.push(chunk as Buffer);
  const result = Buffer.concat(chunks);
  // nodemailer sends unsigned when the key does not work; receivers would then trust us a little less each day.
  if (!result.subarray(0, 15).equals(Buffer.from('DKIM-Signature:'))) {
    throw new MessageError(
      'dkim_failed',
      `The DKIM key for ${key.domain} cannot sign. Is it an RSA key in PEM?`,
    );
  }
  return result;
}
