import type { RatesInForce } from './rates.types.js';
import type { ReservationsRepository } from './reservations.repository.js';

interface Asker {
  resolve: (got: boolean) => void;
  reject: (error: unknown) => void;
}

/** The places that a warm-up gives on a day, as one process takes them: those who ask at once share a statement. */
export class WarmUpPlaces {
  private warmUp: RatesInForce['warmUp'] = null;
  private dayEndsAt = 0;
  /** Places taken and not used. */
  private spare = 0;
  private usedUp = false;
  private asking: Asker[] = [];
  private taking = false;
  private returning = false;

  constructor(private readonly reservations: ReservationsRepository) {}

  /** What holds from now on. */
  change(warmUp: RatesInForce['warmUp']): void {
    if (warmUp?.day !== this.warmUp?.day) this.spare = 0;
    this.warmUp = warmUp;
    if (!warmUp) return;
    this.dayEndsAt = performance.now() + warmUp.secondsLeft * 1000;
    this.usedUp = this.spare === 0 && warmUp.taken >= warmUp.allowed;
  }

  /** Seconds until the next day, when this one has no place left; otherwise 0. */
  get usedUpForSeconds(): number {
    if (!this.usedUp || !this.warmUp) return 0;
    return Math.max(0, this.dayEndsAt - performance.now()) / 1000;
  }

  /** Takes a place. False when the day has none left. */
  async take(): Promise<boolean> {
    if (!this.warmUp) return true;
    if (this.spare > 0) {
      this.spare -= 1;
      return true;
    }
    return new Promise((resolve, reject) => {
      this.asking.push({ resolve, reject });
      void this.takeForAll();
    });
  }

  /** A place that no message was sent in: for whoever waits here, or else for whoever asks anywhere. */
  giveBack(): void {
    if (!this.warmUp) return;
    this.usedUp = false;
    const next = this.asking.shift();
    if (next) return next.resolve(true);
    this.spare += 1;
    void this.returnSpare();
  }

  private async returnSpare(): Promise<void> {
    if (this.returning) return;
    this.returning = true;
    while (this.spare > 0 && this.warmUp) {
      const { identity, day } = this.warmUp;
      const count = this.spare;
      this.spare = 0;
      // A place that cannot be given back is one message less today.
      await this.reservations.returnPlaces(identity, day, count).catch(() => undefined);
    }
    this.returning = false;
  }

  private async takeForAll(): Promise<void> {
    if (this.taking) return;
    this.taking = true;
    while (this.asking.length > 0) {
      const askers = this.asking.splice(0);
      try {
        const { identity, day, allowed } = this.warmUp ?? {};
        const got =
          identity === undefined
            ? askers.length
            : await this.reservations.takePlaces(identity, day!, allowed!, askers.length);
        this.usedUp = got < askers.length;
        askers.forEach(({ resolve }, index) => resolve(index < got));
      } catch (error) {
        for (const { reject } of askers) reject(error);
      }
    }
    this.taking = false;
  }
}
