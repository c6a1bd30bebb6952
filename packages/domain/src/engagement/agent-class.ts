/**
 * Who asks, as far as their own word (the `User-Agent`) tells. `browser`: what a person reads with. `robot`: a scanner
 * of mail, a crawler, or whoever draws a preview of a link. `program`: a library for HTTP. `mail_privacy`: Apple's Mail,
 * which fetches pictures whether or not anybody reads. `image_proxy`: a mail provider, for a reader or ahead of one.
 */
export const agentClasses = [
  'browser',
  'robot',
  'program',
  'mail_privacy',
  'image_proxy',
  'unknown',
] as const;
export type AgentClass = (typeof agentClasses)[number];

const imageProxies = /GoogleImageProxy|YahooMailProxy/i;
// CUBOT makes telephones.
const robots =
  /(?<!cu)bot\b|crawl|spider|slurp|scan(?:ner)?\b|preview|facebookexternalhit|whatsapp|barracuda|proofpoint|mimecast|ironport|forcepoint|fireeye|sophos|symantec|trend ?micro|bitdefender|kaspersky|safe-?browsing|safelinks|virustotal|netcraft|headless|phantomjs|puppeteer|playwright/i;
const programs =
  /^(?:curl|wget|python|go-http-client|java|okhttp|apache-httpclient|axios|node|undici|got|libwww|lwp|perl|ruby|php|guzzle|aiohttp|httpx|postman|winhttp|dart|rest-client|httpclient)\b|httpclient|python-requests/i;
const browsers = /^Mozilla\/5\.0 \(.+\) .*(?:Gecko|AppleWebKit|Chrome|Safari|Firefox|Trident)/;

/** Reads a `User-Agent`. Only the class is worth keeping: the text itself singles people out. */
export function agentClass(userAgent: string | null | undefined): AgentClass {
  const said = (userAgent ?? '').slice(0, 500);
  // Apple's Mail says this much and no more, whatever it runs on.
  if (said === 'Mozilla/5.0') return 'mail_privacy';
  if (imageProxies.test(said)) return 'image_proxy';
  if (robots.test(said)) return 'robot';
  if (programs.test(said)) return 'program';
  return browsers.test(said) ? 'browser' : 'unknown';
}

/**
 * Whether a letter's picture was fetched by a machine, so that nothing is known of a reader. Providers' proxies count
 * as machines: they fetch ahead of readers as well as for them, and do not say which. What remains is still no measure
 * of who reads, for many programs fetch no pictures: it never goes into the risk of a lapse.
 */
export function openedByMachine(agent: AgentClass): boolean {
  return agent !== 'browser' && agent !== 'unknown';
}
