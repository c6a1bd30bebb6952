import { Temporal } from 'temporal-polyfill';
import { addDays } from '../time/civil-date.js';
import type { Campaign } from './campaign.js';

/** Two steps of one local day lie less than this apart. */
const dayHours = 24;
/** Between the earliest and the latest offset of any zone: somebody may move house between two steps. */
const offsetsApartHours = 26;
/** How long after midnight UTC a day ends where it ends last. */
const lastZoneHours = 12;

/**
 * The moment by which everybody who had entered a version when another one replaced it is through all of its steps,
 * catch-up included; null when nobody has a step left. Who has entered has had one of the steps fall due, so what is
 * left lies no further ahead than the steps are apart.
 */
export function finishesAt(
  campaign: Pick<Campaign, 'steps' | 'endsOn' | 'catchUpHours'>,
  replacedAt: Temporal.Instant,
): Temporal.Instant | null {
  const { steps, endsOn, catchUpHours } = campaign;
  if (steps.length < 2) return null;
  const offsets = steps.map(({ offsetDays }) => offsetDays);
  const days = Math.max(...offsets) - Math.min(...offsets);
  const through = replacedAt.add({ hours: days * 24 + dayHours + offsetsApartHours + catchUpHours });
  if (endsOn === null) return through;
  const end = Temporal.Instant.from(`${addDays(endsOn, 1)}T00:00Z`).add({
    hours: lastZoneHours + catchUpHours,
  });
  const sooner = Temporal.Instant.compare(end, through) < 0 ? end : through;
  return Temporal.Instant.compare(sooner, replacedAt) > 0 ? sooner : null;
}
