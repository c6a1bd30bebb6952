/** A mail server by the name that people know it by, which tells no password. */
export interface Transport {
  name: string;
  url: string;
}

/** The mail server that messages are handed to, and those that step in for it: configured ones, or the development inbox. */
export class MailServer {
  /** In the order in which they are tried. */
  readonly transports: readonly Transport[];

  constructor(
    readonly url: string,
    /** The development inbox's page; null with a mail server of the operator's own. */
    readonly inboxUrl: string | null,
    fallbackUrls: readonly string[] = [],
  ) {
    const urls = [url, ...fallbackUrls].filter((each) => each !== '');
    const names = urls.map((each) => (inboxUrl === null ? nameOf(each) : 'development inbox'));
    this.transports = urls.map((each, index) => {
      const before = names.slice(0, index).filter((name) => name === names[index]).length;
      return { url: each, name: before === 0 ? names[index]! : `${names[index]!} (${before + 1})` };
    });
  }
}

function nameOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'mail server';
}
