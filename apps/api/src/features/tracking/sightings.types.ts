import type { AgentClass, ClickRequest } from '@aftercare/domain';
import type { TrackedLetter } from './tracked-links.service.js';

/** A link of a letter that was asked for. */
export interface SeenClick extends TrackedLetter {
  link: number;
  at: Date;
  request: ClickRequest;
  agent: AgentClass;
  network: string | null;
}

/** A letter's picture that was fetched. */
export interface SeenOpen extends TrackedLetter {
  at: Date;
  agent: AgentClass;
  machine: boolean;
}
