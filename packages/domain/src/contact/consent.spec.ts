import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { contactClasses } from './classes.js';
import { acceptImportedConsent, mayContact, type TopicConsent } from './consent.js';

const at = Temporal.Instant.from('2026-01-01T00:00:00Z');
const says = (topic: string, granted: boolean, byCustomer = true): TopicConsent => ({
  topic,
  granted,
  at,
  byCustomer,
});

const consentArbitrary = fc.uniqueArray(
  fc.record({
    topic: fc.constantFrom('*', 'renewals', 'offers'),
    granted: fc.boolean(),
    byCustomer: fc.boolean(),
    at: fc.constant(at),
  }),
  { selector: ({ topic }) => topic },
);

describe('mayContact', () => {
  it('sends legal notices whatever was said', () => {
    fc.assert(
      fc.property(consentArbitrary, (consent) => {
        expect(mayContact('legal', 'renewals', consent)).toEqual({ allow: true });
      }),
    );
  });

  it('sends nothing but legal notices on a topic that was unsubscribed', () => {
    fc.assert(
      fc.property(fc.constantFrom('service', 'marketing'), consentArbitrary, (contactClass, consent) => {
        const withdrawn = [...consent.filter(({ topic }) => topic !== 'offers'), says('offers', false)];
        expect(mayContact(contactClass, 'offers', withdrawn)).toEqual({
          allow: false,
          reason: 'unsubscribed',
        });
      }),
    );
  });

  it('lets no consent to one thing stand for another', () => {
    expect(mayContact('marketing', 'offers', [says('offers', true)])).toEqual({
      allow: false,
      reason: 'no_consent',
    });
    expect(mayContact('marketing', 'offers', [says('*', true), says('renewals', false)])).toEqual({
      allow: true,
    });
    expect(mayContact('service', 'renewals', [says('*', false)])).toEqual({ allow: true });
  });

  it('tells a customer who said no from one who never said yes', () => {
    expect(mayContact('marketing', 'offers', [])).toEqual({ allow: false, reason: 'no_consent' });
    expect(mayContact('marketing', 'offers', [says('*', false, false)])).toEqual({
      allow: false,
      reason: 'no_consent',
    });
    expect(mayContact('marketing', 'offers', [says('*', false)])).toEqual({
      allow: false,
      reason: 'unsubscribed',
    });
  });

  it('never opens a door because something was withdrawn', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...contactClasses),
        consentArbitrary,
        fc.constantFrom('*', 'offers', 'renewals'),
        (contactClass, consent, topic) => {
          const after = [...consent.filter((entry) => entry.topic !== topic), says(topic, false)];
          if (mayContact(contactClass, 'offers', consent).allow) return;
          expect(mayContact(contactClass, 'offers', after).allow).toBe(false);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe('acceptImportedConsent', () => {
  const own = Temporal.Instant.from('2026-05-01T12:00:00Z');
  const later = own.add({ milliseconds: 1 });

  it.each([
    [null, null, true, null, true, 'first word, without a time'],
    [null, null, false, null, true, 'first word: no'],
    [true, null, false, null, true, 'lowers what a file had raised'],
    [true, own, false, null, true, 'lowers what the customer had raised'],
    [true, own, false, own.subtract({ hours: 1 }), true, 'lowers, though it is older'],
    [false, null, true, null, true, 'raises what a file had lowered'],
    [false, own, true, later, true, 'raises, being later than the customer’s own choice'],
    [false, own, true, own, false, 'of the same moment as the customer’s own choice'],
    [false, own, true, own.subtract({ hours: 1 }), false, 'older than the customer’s own choice'],
    [false, own, true, null, false, 'without a time against the customer’s own choice'],
    [true, own, true, later, false, 'what stands already'],
    [false, null, false, later, false, 'what stands already'],
  ])(
    '%s, own choice %s, import says %s of %s: %s (%s)',
    (granted, ownChoiceAt, imported, importedAt, accepted, _why) => {
      expect(acceptImportedConsent({ granted, ownChoiceAt }, { granted: imported, at: importedAt })).toBe(
        accepted,
      );
    },
  );
});
