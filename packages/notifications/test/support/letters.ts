import { renderMessage } from '../../src/render/render-message.js';
import type { Brand, RenderInput, TemplateName, TemplateSample } from '../../src/render/render.types.js';
import { getTemplate } from '../../src/render/template-library.js';

/** An insurer that does not exist. */
export const brand: Brand = {
  name: 'Harbour Insurance',
  colour: '#0b5d7a',
  postalAddress: '1 Quay Street, Bristol',
  contactEmail: 'care@harbour.example',
  contactPhone: '+44 117 496 0100',
  portalUrl: 'https://portal.harbour.example',
};
export const links = {
  preferencesUrl: 'https://harbour.example/u/p',
  unsubscribeUrl: 'https://harbour.example/u/x',
};

/** A template's sample, rendered, as one reads it. */
export async function render(
  template: TemplateName,
  sample: TemplateSample,
  change: Partial<RenderInput> = {},
) {
  const { today, data } = sample;
  const { subject, html, text, locale } = await renderMessage({
    template,
    locale: 'en-GB',
    data,
    brand,
    today,
    timeZone: 'Europe/London',
    ...links,
    ...change,
  });
  return { subject, html: String(html), text: String(text), locale };
}
/** The ordinary case of a template. */
export function first(template: TemplateName, locale: 'en' | 'zh-CN' = 'en'): TemplateSample {
  const [sample] = getTemplate(template).samples[locale];
  if (!sample) throw new Error(`${template} has no sample`);
  return sample;
}
