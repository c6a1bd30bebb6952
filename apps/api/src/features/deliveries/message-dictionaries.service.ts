import { Injectable, Logger } from '@nestjs/common';
import { MessagesRepository, type MessageDictionary } from './messages.repository.js';

/** Far more kinds than are sent at one time. */
const mostKinds = 500;

/** The dictionaries that kept messages are compressed with; all processes use the same ones. */
@Injectable()
export class MessageDictionaries {
  private readonly logger = new Logger('Messages');
  private readonly known = new Map<string, Promise<MessageDictionary | null>>();

  constructor(private readonly repository: MessagesRepository) {}

  /**
   * The dictionary of a kind of message, made of a sample that nobody gets where there is none yet. Null where none
   * can be made: messages are kept without one then.
   *
   * @param kind whatever makes messages alike, as a text
   */
  of(kind: string, sample: () => Promise<Buffer>): Promise<MessageDictionary | null> {
    let dictionary = this.known.get(kind);
    if (dictionary === undefined) {
      if (this.known.size >= mostKinds) this.known.clear();
      dictionary = this.find(kind, sample);
      this.known.set(kind, dictionary);
    }
    return dictionary;
  }

  private async find(kind: string, sample: () => Promise<Buffer>): Promise<MessageDictionary | null> {
    try {
      const stored = await this.repository.findDictionary(kind);
      return stored ?? (await this.repository.addDictionary(kind, await sample()));
    } catch (error) {
      // A sample may miss what the campaign's own readers have, and a message must not fail for want of space.
      this.logger.warn(`Messages are kept without a dictionary: ${String(error)}`);
      return null;
    }
  }
}
