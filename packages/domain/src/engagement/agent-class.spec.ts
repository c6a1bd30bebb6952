import { expect, it } from 'vitest';
import { agentClass, agentClasses, openedByMachine } from './agent-class.js';

const chrome =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36';
const iphone =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1';

it.each([
  ['browser', chrome],
  ['browser', iphone],
  ['browser', 'Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0'],
  // The telephone, not a robot.
  [
    'browser',
    'Mozilla/5.0 (Linux; Android 9; CUBOT X19) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Mobile Safari/537.36',
  ],
  ['browser', `${chrome} MicroMessenger/8.0`],
  ['mail_privacy', 'Mozilla/5.0'],
  [
    'image_proxy',
    'Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)',
  ],
  ['image_proxy', 'YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html'],
  ['robot', 'Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)'],
  ['robot', 'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)'],
  ['robot', 'WhatsApp/2.23.20.0'],
  ['robot', 'facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)'],
  ['robot', 'BarracudaCentral/1.0'],
  ['robot', 'Mozilla/5.0 (compatible; Mimecast URL Protect)'],
  ['robot', chrome.replace('Chrome/', 'HeadlessChrome/')],
  ['program', 'curl/8.9.1'],
  ['program', 'python-requests/2.32.3'],
  ['program', 'Go-http-client/2.0'],
  ['program', 'Java/21.0.2'],
  ['program', 'Apache-HttpClient/5.3 (Java/17)'],
  ['unknown', ''],
  ['unknown', null],
  ['unknown', undefined],
  ['unknown', 'Mozilla/4.0'],
  ['unknown', 'MyReader 3'],
  ['unknown', 'x'.repeat(100_000)],
])('%s: %s', (wanted, userAgent) => {
  expect(agentClass(userAgent)).toBe(wanted);
});

it('takes the pictures that proxies and scanners fetch for no reader’s', () => {
  expect(agentClasses.filter((agent) => !openedByMachine(agent))).toEqual(['browser', 'unknown']);
});
