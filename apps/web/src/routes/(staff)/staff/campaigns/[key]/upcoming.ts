import type { UpcomingDay } from '#lib/api/types.ts';

/** Every day from `from` to `to`, both inclusive, in order: those on which nothing is due with no steps. */
export function daySpan(from: string, to: string, days: UpcomingDay[]): UpcomingDay[] {
  const byDate = new Map(days.map((day) => [day.date, day]));
  const span: UpcomingDay[] = [];
  for (let at = new Date(`${from}T00:00:00Z`); ; at.setUTCDate(at.getUTCDate() + 1)) {
    const date = at.toISOString().slice(0, 10);
    if (date > to) return span;
    span.push(byDate.get(date) ?? { date, steps: [] });
  }
}

export function totalOf(day: UpcomingDay): number {
  return day.steps.reduce((sum, { count }) => sum + count, 0);
}
