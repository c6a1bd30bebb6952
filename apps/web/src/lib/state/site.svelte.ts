import { getSite } from '#lib/api/generated/sdk.gen.ts';
import type { Site } from '#lib/api/generated/types.gen.ts';

const builtIn: Site = {
  name: 'Aftercare',
  supportEmail: null,
  supportPhone: null,
  payUrl: null,
  brandColour: null,
  inboxUrl: null,
  sample: false,
};

/** The insurer's own name, colour and ways to be reached. Pages stand without it, so a failure is not shown. */
class SiteState {
  current = $state<Site>(builtIn);

  async load(): Promise<void> {
    try {
      this.current = { ...builtIn, ...(await getSite()) };
    } catch {
      return;
    }
    const colour = this.current.brandColour;
    if (colour && CSS.supports('color', colour))
      document.documentElement.style.setProperty('--brand', colour);
  }
}

export const site = new SiteState();
