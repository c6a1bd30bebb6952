/** The mail server that messages are handed to: the configured one, or the development inbox. */
export class MailServer {
  constructor(
    readonly url: string,
    /** The development inbox's page; null with a mail server of the operator's own. */
    readonly inboxUrl: string | null,
  ) {}
}
