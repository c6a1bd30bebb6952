import type { Line, PaymentMode } from '@aftercare/domain';
import type { Random } from './random.js';

/** The lines that the sample insurer sells. */
export type SoldLine = Exclude<Line, 'commercial'>;

export interface Product {
  /** Of policy numbers. */
  prefix: string;
  names: readonly (readonly [name: string, weight: number])[];
  /** Dollars a year, from the cheap end to the dear one. */
  premium: readonly [number, number];
  sumInsured: readonly [number, number];
  modes: readonly (readonly [PaymentMode, number])[];
  insuredObject(random: Random, year: number): Record<string, string | number | boolean>;
}

const cars = [
  'Seat Leon',
  'Toyota Corolla',
  'Volkswagen Golf',
  'Ford Focus',
  'Honda Civic',
  'Tesla Model 3',
  'BYD Qin',
  'Hyundai Tucson',
  'Mazda MX-5',
];

export const products: Readonly<Record<SoldLine, Product>> = {
  motor: {
    prefix: 'MO',
    names: [
      ['Motor Comprehensive', 6],
      ['Motor Third Party', 3],
      ['Motorbike', 1],
    ],
    premium: [320, 1400],
    sumInsured: [6_000, 45_000],
    modes: [
      ['annual', 6],
      ['monthly', 3],
      ['semiannual', 1],
    ],
    insuredObject: (random, year) => ({
      kind: 'car',
      model: random.pick(cars),
      year: year - random.int(0, 14),
      parkedAtNight: random.pick(['garage', 'drive', 'street']),
    }),
  },
  home: {
    prefix: 'HO',
    names: [
      ['Home Buildings and Contents', 6],
      ['Home Contents', 3],
      ['Landlord', 1],
    ],
    premium: [180, 900],
    sumInsured: [90_000, 700_000],
    modes: [
      ['annual', 5],
      ['monthly', 5],
    ],
    insuredObject: (random, year) => ({
      kind: random.pick(['house', 'flat', 'terrace']),
      built: year - random.int(2, 120),
      rooms: random.int(2, 8),
      smokeAlarm: random.chance(0.85),
    }),
  },
  life: {
    prefix: 'LI',
    names: [
      ['Term Life', 6],
      ['Whole Life', 3],
      ['Mortgage Life', 2],
    ],
    premium: [220, 1800],
    sumInsured: [50_000, 800_000],
    modes: [
      ['monthly', 6],
      ['annual', 2],
      ['quarterly', 2],
    ],
    insuredObject: (random) => ({ smoker: random.chance(0.13), beneficiaryNamed: random.chance(0.78) }),
  },
  health: {
    prefix: 'HE',
    names: [
      ['Health Essential', 5],
      ['Health Plus', 3],
      ['Dental', 2],
    ],
    premium: [600, 3200],
    sumInsured: [20_000, 250_000],
    modes: [
      ['monthly', 7],
      ['annual', 2],
      ['quarterly', 1],
    ],
    insuredObject: (random) => ({ persons: random.int(1, 5), excessMinor: random.pick([0, 25_000, 50_000]) }),
  },
  travel: {
    prefix: 'TR',
    names: [
      ['Annual Multi-trip', 6],
      ['Single Trip', 4],
    ],
    premium: [40, 240],
    sumInsured: [5_000, 60_000],
    modes: [['annual', 1]],
    insuredObject: (random) => ({
      area: random.pick(['Europe', 'Asia', 'Worldwide']),
      winterSports: random.chance(0.2),
    }),
  },
};
