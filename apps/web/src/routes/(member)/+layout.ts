import { requireSession } from '#lib/state/session.svelte.ts';

export const load = ({ url }: { url: URL }) => requireSession('member', url);
