import { requireSession } from '#lib/state/session.svelte.ts';
import type { LayoutLoad } from './$types';

export const load: LayoutLoad = ({ url }) => requireSession('staff', url);
