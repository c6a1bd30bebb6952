import { importedEventTypes, internalEventTypes, type ImportedEventType } from '../events/event-types.js';
import { CellProblem, type CellReader } from './cell-problem.js';
import { choice } from './cells.js';

const imported = choice(importedEventTypes);
const internal = new Set<unknown>(internalEventTypes);

/** The type of an event that a file may bring. What happens in Aftercare itself is not taken on another's word. */
export const eventType: CellReader<ImportedEventType> = (cell, clock) =>
  internal.has(typeof cell === 'string' ? cell.trim() : cell)
    ? new CellProblem(
        'internal_event',
        'is recorded by Aftercare itself when it happens; a file cannot bring it',
      )
    : imported(cell, clock);
