/** Returned mail in the shapes that mail servers give it; people and domains are invented. */

const crlf = (text: string) => Buffer.from(text.replaceAll('\n', '\r\n'));

export const original = `Return-Path: <bounces@mail.harbour.example>
Received: by relay.harbour.example; Fri, 1 Mar 2030 10:00:00 +0000
Message-ID: <019aac1c-5f3e-7b7a-9d1c-0a2b3c4d5e6f@harbour.example>
X-Aftercare-Delivery: 019aac1c-5f3e-7b7a-9d1c-0a2b3c4d5e6f
X-Aftercare-Delivery: 019aac1c-5f3e-7b7a-9d1c-0a2b3c4d5e70
From: Harbour <care@harbour.example>
To: Ada <ada@customer.example>
Subject: Your renewal

Dear Ada, 550 5.1.1 is not a reply, it is the price of your policy.`;

export interface DsnGiven {
  status: string;
  returned?: string | null;
  returnedType?: string;
  human?: string;
}

/** A delivery status notification by the book, with these blocks of recipients. */
export function dsn({
  status,
  returned = original,
  returnedType = 'message/rfc822',
  human = 'Sorry.',
}: DsnGiven): Buffer {
  const part = returned === null ? '' : `--b1\nContent-Type: ${returnedType}\n\n${returned}\n`;
  return crlf(`From: Mail Delivery System <MAILER-DAEMON@mx.customer.example>
To: bounces@mail.harbour.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <report-1@mx.customer.example>
Date: Fri, 1 Mar 2030 10:05:00 +0000
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

--b1
Content-Type: text/plain; charset=utf-8

${human}
--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.customer.example
Arrival-Date: Fri, 1 Mar 2030 10:00:00 +0000

${status}
${part}--b1--
`);
}

export function failed(status: string, diagnostic: string, recipient = 'ada@customer.example'): string {
  return `Final-Recipient: rfc822; ${recipient}
Action: failed
Status: ${status}
Remote-MTA: dns; mx.customer.example
Diagnostic-Code: smtp; ${diagnostic}
`;
}

export function plain(headers: string, body: string): Buffer {
  return crlf(`To: bounces@mail.harbour.example
Date: Fri, 1 Mar 2030 10:05:00 +0000
${headers}

${body}
`);
}

export function complaint(type: string, more = ''): Buffer {
  return crlf(`From: feedback@provider.example
To: fbl@mail.harbour.example
Subject: FW: Your renewal
Message-ID: <fbl-1@provider.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b2"

--b2
Content-Type: text/plain

This is a report of a mail that somebody complained about.
--b2
Content-Type: message/feedback-report

Feedback-Type: ${type}
User-Agent: SomeProvider-FBL/1.0
Version: 1
${more}Arrival-Date: Fri, 1 Mar 2030 10:00:00 +0000

--b2
Content-Type: message/rfc822

${original}
--b2--
`);
}
