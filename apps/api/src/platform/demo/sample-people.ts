import type { CustomerRow } from '@aftercare/domain';
import { addYears, dateOf, instantOf } from './civil-days.js';
import { cultures, type Culture } from './people.data.js';
import { places, type Place } from './places.data.js';
import type { Random } from './random.js';

/** People who live together, and where. */
export interface Household {
  place: Place;
  people: CustomerRow[];
}

const mailDomains = ['example.com', 'mail.example.com', 'post.test', 'home.test'];
const consentSources = ['policy_application', 'web_portal', 'branch', 'telephone'];
const agents = 40;

/** Invents a household. Its customers' ids count on from `firstNumber`. */
export function inventHousehold(random: Random, firstNumber: number, most: number, today: number): Household {
  const place = random.weighted(places);
  const cultureName = random.weighted(place.cultures);
  const culture: Culture = cultures[cultureName];
  const family = random.pick(culture.family);
  const size = Math.min(
    most,
    random.weighted([
      [1, 60],
      [2, 25],
      [3, 10],
      [4, 5],
    ]),
  );
  const postalCode = fill(random, place.postalCode);
  // Some families read their mail at one address: a message to each of them goes to the same place.
  const shared =
    size > 1 && random.chance(0.4) ? address(random, culture, ['family', family], firstNumber) : null;
  const spokenAbroad = cultureName === 'chineseAbroad' && random.chance(0.4);
  const locale = spokenAbroad ? 'zh-CN' : place.locale;
  const eldest = random.int(24, 86);
  const agent = random.chance(0.72) ? `A${random.int(1, agents)}` : null;
  const people = Array.from({ length: size }, (_, index): CustomerRow => {
    const number = firstNumber + index;
    const given = random.pick(culture.given);
    const surname = index === 1 && random.chance(0.25) ? random.pick(culture.family) : family;
    const age =
      index < 2
        ? Math.max(20, eldest - index * random.int(-4, 8))
        : Math.max(18, eldest - random.int(22, 34));
    const consent = random.weighted([
      [true, 62],
      [false, 25],
      [null, 13],
    ]);
    return {
      customer_id: `C${String(number).padStart(7, '0')}`,
      given_name: given,
      family_name: surname,
      email: random.chance(0.04) ? null : (shared ?? address(random, culture, [given, surname], number)),
      phone: random.chance(0.7) ? fill(random, place.phone) : null,
      birth_date: random.chance(0.03) ? null : dateOf(addYears(today, -age) - random.int(0, 364)),
      locale,
      time_zone: random.chance(0.05) ? null : place.timeZone,
      region: place.region,
      postal_code: postalCode,
      marketing_consent: consent,
      consent_source: consent === null ? null : random.pick(consentSources),
      consent_at:
        consent === null ? null : instantOf(today - random.int(2, 2500), random.int(28_800, 72_000)),
      // An orphan has nobody who looks after them: their agent left, or there never was one.
      agent_id: random.chance(0.08) ? null : agent,
    };
  });
  return { place, people };
}

function address(random: Random, culture: Culture, names: readonly string[], number: number): string {
  const name = names.map((part) => latin(culture, part)).filter((part) => part !== '');
  return `${name.join('.')}.${number}@${random.pick(mailDomains)}`;
}

const latinNames = new Map<string, string>();

function latin(culture: Culture, name: string): string {
  let written = latinNames.get(name);
  if (written === undefined) {
    const letters = (culture.latin?.[name] ?? name).normalize('NFD').replaceAll('ł', 'l');
    written = letters.replace(/[^A-Za-z]/g, '').toLowerCase();
    latinNames.set(name, written);
  }
  return written;
}

const postalLetters = 'ABDEFGHJLNPRSTUWXYZ';

/** Puts a digit for every # and a letter for every @. */
function fill(random: Random, pattern: string): string {
  let text = '';
  for (const sign of pattern) {
    if (sign === '#') text += random.int(0, 9);
    else text += sign === '@' ? postalLetters[random.int(0, postalLetters.length - 1)] : sign;
  }
  return text;
}
