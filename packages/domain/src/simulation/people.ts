import type { GateFacts } from '../contact/gate.js';

/** What the gate asks of a person, whatever the row. People of whom all of it is the same share one standing. */
export interface Standing extends Pick<
  GateFacts,
  'isDeceased' | 'address' | 'hasOpenComplaint' | 'isVulnerable' | 'inLitigation' | 'inTouchWithStaff'
> {
  /** Somebody with a policy that is in force or in grace. */
  readonly isInsured: boolean;
  readonly marketing: 'unasked' | 'granted' | 'withdrawn' | 'withdrawn_by_customer';
  readonly suppressedFor: { readonly service: boolean; readonly marketing: boolean };
  readonly region: string | null;
}

/**
 * The people of a book by number, 0 to size − 1, as a simulation walks over them: millions fit, for nobody is an
 * object of their own.
 */
export class People {
  readonly standings: Standing[] = [];
  /** Index into the standings. */
  readonly standing: Uint32Array;
  /** Number of the address that others have as well; −1 where nobody has. */
  readonly household: Int32Array;
  householdCount = 0;
  private readonly optedOut = new Map<string, Uint8Array>();

  constructor(readonly size: number) {
    this.standing = new Uint32Array(size);
    this.household = new Int32Array(size).fill(-1);
  }

  /** Gives a standing to people. */
  stand(standing: Standing, people: Int32Array): void {
    const index = this.standings.push(standing) - 1;
    for (const person of people) this.standing[person] = index;
  }

  /** These share one address. */
  share(people: Int32Array): void {
    for (const person of people) this.household[person] = this.householdCount;
    this.householdCount += 1;
  }

  /** These have unsubscribed from a topic. */
  optOut(topic: string, people: Int32Array): void {
    const out = new Uint8Array(this.size);
    for (const person of people) out[person] = 1;
    this.optedOut.set(topic, out);
  }

  /** Who has unsubscribed from a topic, by number; null where nobody has. */
  optedOutOf(topic: string): Uint8Array | null {
    return this.optedOut.get(topic) ?? null;
  }
}
