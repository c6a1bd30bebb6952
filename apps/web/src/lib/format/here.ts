import { locale } from '#lib/i18n/locale.svelte.ts';
import * as dates from './dates.ts';
import * as numbers from './numbers.ts';

const today = () => dates.civilDate(new Date());

/** The formatters as the pages use them: in the reader's language, with today and now taken from this device. */
export const show = {
  /** A civil date, with its weekday when near. */
  date: (civil: string) => dates.formatDate(civil, locale.format, today()),
  dateShort: (civil: string) => dates.formatDateShort(civil, locale.format),
  distance: (days: number) => dates.formatDistance(days, locale.format),
  /** The day of an instant, as this device's calendar has it. */
  day: (instant: string) => dates.formatDate(dates.civilDate(instant), locale.format, today()),
  moment: (instant: string) => dates.formatMoment(instant, locale.format, new Date()),
  momentFull: (instant: string, timeZone?: string) =>
    dates.formatMomentFull(instant, locale.format, timeZone),
  money: (minor: number, currency: string | null) => numbers.formatMoney(minor, currency, locale.format),
  number: (value: number) => numbers.formatNumber(value, locale.format),
  change: (percent: number) => numbers.formatChange(percent, locale.format),
  share: (part: number, whole: number) => numbers.formatShare(part, whole, locale.format),
  bytes: (value: number) => numbers.formatBytes(value, locale.format),
};
