import type { AddressInfo } from 'node:net';
import { simpleParser, type ParsedMail } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { SignInMailService } from '../../src/features/accounts/sign-in-mail.service.js';
import { MailServer } from '../../src/platform/mail/mail-server.js';
import { testApp, type TestApp } from '../support/app.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { SettableClock } from '../support/settable-clock.js';

/** A portal whose mail is caught, but for addresses that begin with `refused`, and customers who sign in to it. */
export class SignInFixture {
  private constructor(
    readonly database: TestDatabase,
    readonly clock: SettableClock,
    readonly app: TestApp,
    private readonly sink: SMTPServer,
    /** What was sent; emptied by the tests. */
    readonly mailbox: ParsedMail[],
  ) {}

  static async open(): Promise<SignInFixture> {
    const mailbox: ParsedMail[] = [];
    const sink = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onRcptTo: ({ address }, _session, done) =>
        done(address.startsWith('refused') ? Object.assign(new Error('no'), { responseCode: 550 }) : null),
      onData: (stream, _session, done) =>
        void simpleParser(stream).then((mail) => {
          mailbox.push(mail);
          done();
        }, done),
    });
    await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve));
    const { port } = sink.server.address() as AddressInfo;
    const clock = new SettableClock('2026-11-22T09:00:00Z');
    const database = await testDatabase();
    const mailServer = new MailServer(`smtp://127.0.0.1:${port}`, null);
    const app = await testApp({ database, clock, mailServer });
    await database.dataSource.query(
      `INSERT INTO customers (customer_id, given_name, family_name, email, locale) VALUES
         ('C1', 'Ana', 'García', 'family@example.com', 'en'),
         ('C2', '秀英', '李', 'Family@Example.com', 'zh-CN'),
         ('C3', 'Late', 'Holder', 'late@example.com', 'en'),
         ('C4', 'Out', 'Reach', 'refused@example.com', 'en'),
         ('C5', 'Moved', 'Away', 'moved@example.com', 'en')`,
    );
    await database.dataSource.query(
      `INSERT INTO policies (policy_id, customer_id, line, status, start_date) VALUES ('P3', 'C3', 'life', 'claim_death', '2020-01-01')`,
    );
    // Whoever has marked letters as junk must still be able to sign in.
    await database.dataSource.query(
      `INSERT INTO suppressions (address, reason) VALUES ('family@example.com', 'complaint')`,
    );
    return new SignInFixture(database, clock, app, sink, mailbox);
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.database.close();
    await new Promise<void>((resolve) => this.sink.close(resolve));
  }

  /** Sends the mail for an address, without the queue. */
  mail(email: string, returnTo: string | null = null): Promise<void> {
    return this.app.get(SignInMailService).send(email, returnTo);
  }

  look(token: string, method = 'GET'): Promise<Response> {
    return fetch(`${this.app.url}/api/auth/member/confirm?token=${token}`, { method });
  }
}

/** What stands in the link of a mail. */
export function tokenIn(message: ParsedMail | undefined): string {
  const found = /http:\/\/localhost:3000\/sign-in\/confirm\?token=([A-Za-z0-9_-]+)/.exec(message?.text ?? '');
  if (!found?.[1]) throw new Error(`There is no link in: ${message?.text}`);
  return found[1];
}
