import { redirect } from '@sveltejs/kit';
import { getSession } from '#lib/api/generated/sdk.gen.ts';
import type { Session } from '#lib/api/generated/types.gen.ts';
import type { MemberSession, StaffSession } from '#lib/api/types.ts';
import { locale } from '#lib/i18n/locale.svelte.ts';
import { signInAddress } from './return-path.ts';

/** Who is signed in. A member and a member of staff may be signed in side by side in one browser. */
class SessionState {
  #current = $state<Session | null>(null);

  get member(): MemberSession | null {
    return this.#current?.member ?? null;
  }

  get staff(): StaffSession | null {
    return this.#current?.staff ?? null;
  }

  /** What the API said last, asked for once. */
  async load(): Promise<Session> {
    return this.#current ?? this.accept(await getSession());
  }

  /** Takes over the session that a sign-in or sign-out answered with. */
  accept(session: Session): Session {
    this.#current = session;
    locale.suggest(session.member?.locale ?? null);
    return session;
  }

  /** The API no longer knows us: ask again before the next guarded page. */
  forget(): void {
    this.#current = null;
  }
}

export const session = new SessionState();

/** For the `load` of a guarded layout: gives the session, or leaves for the sign-in page that leads back here. */
export async function requireSession<K extends 'member' | 'staff'>(kind: K, url: URL): Promise<void> {
  const current = await session.load();
  if (!current[kind]) redirect(307, signInAddress(kind, url));
}
