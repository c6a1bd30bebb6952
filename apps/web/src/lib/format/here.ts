// The formatters as the pages use them: in the reader's language, with today and now taken from this device.
import { locale } from '#lib/i18n/locale.svelte.ts';
import * as dates from './dates.ts';
import * as numbers from './numbers.ts';

const today = () => dates.civilDate(new Date());

export const date = (civil: string) => dates.formatDate(civil, locale.format, today());
export const dateShort = (civil: string) => dates.formatDateShort(civil, locale.format);
export const distance = (days: number) => dates.formatDistance(days, locale.format);
export const distanceTo = (civil: string) => distance(dates.daysBetween(today(), civil));
/** The day of an instant, as this device's calendar has it. */
export const day = (instant: string) => date(dates.civilDate(instant));
export const moment = (instant: string) => dates.formatMoment(instant, locale.format, new Date());
export const momentFull = (instant: string) => dates.formatMomentFull(instant, locale.format);
export const money = (minor: number, currency: string | null) =>
  numbers.formatMoney(minor, currency, locale.format);
export const number = (value: number) => numbers.formatNumber(value, locale.format);
export const change = (percent: number) => numbers.formatChange(percent, locale.format);
export const share = (part: number, whole: number) => numbers.formatShare(part, whole, locale.format);
export const bytes = (value: number) => numbers.formatBytes(value, locale.format);
