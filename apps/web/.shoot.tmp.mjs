// usage: node shoot.mjs <outdir> <spec.json>; spec: [{name, path, mock?, role?, lang?, theme?, w?, h?, wait?, act?}]
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import chromiumPack from '@sparticuz/chromium';
import { chromium } from 'playwright-core';
import AxeBuilder from '@axe-core/playwright';
const [out, specFile] = process.argv.slice(2);
const specs = JSON.parse(await readFile(specFile, 'utf8'));
const browser = await chromium.launch({
  executablePath: await chromiumPack.executablePath(),
  args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  headless: true,
});
for (const s of specs) {
  const ctx = await browser.newContext({
    viewport: { width: s.w ?? 1280, height: s.h ?? 800 },
    colorScheme: s.theme ?? 'light',
    locale: s.lang ?? 'en-GB',
    timezoneId: 'Europe/London',
    reducedMotion: 'reduce',
  });
  const cookies = [];
  if (s.mock) cookies.push({ name: 'mock', value: s.mock, url: 'http://127.0.0.1:4173' });
  if (s.role) cookies.push({ name: 'role', value: s.role, url: 'http://127.0.0.1:4173' });
  await ctx.addCookies(cookies);
  const page = await ctx.newPage();
  const logs = [];
  page.on('console', (m) => {
    if (['error', 'warning'].includes(m.type()) && !/status of (500|404|401|410|429)/.test(m.text()))
      logs.push(m.text());
  });
  page.on('pageerror', (e) => logs.push('PAGEERROR ' + e.message));
  await page.clock.setFixedTime(new Date('2026-11-22T10:00:00Z'));
  await page.goto('http://127.0.0.1:4173' + s.path);
  await page.waitForTimeout(s.wait ?? (s.mock === 'fail' ? 2200 : 700));
  if (s.act) {
    await new Function('page', 'return (async()=>{' + s.act + '})()')(page);
    await page.waitForTimeout(500);
  }
  await page.screenshot({ path: `${out}/${s.name}.png`, fullPage: s.full ?? true });
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  let axe = [];
  if (s.axe !== false) {
    const r = await Promise.race([
      new Promise((_, r) => setTimeout(() => r(new Error('axe timeout')), 20000)),
      new AxeBuilder({ page })
        .exclude('iframe')
        .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
        .analyze(),
    ]).catch((e) => ({ violations: [{ id: String(e), nodes: [] }] }));
    axe = r.violations.map(
      (v) =>
        `${v.id}: ${v.nodes
          .slice(0, 4)
          .map(
            (n) => n.target.join(' ') + ' :: ' + (n.any[0]?.message ?? n.failureSummary ?? '').slice(0, 160),
          )
          .join(' | ')}`,
    );
  }
  console.log(
    s.name,
    overflow > 0 ? `OVERFLOW ${overflow}` : '',
    logs.length ? 'LOGS ' + JSON.stringify(logs) : '',
    axe.length ? 'AXE\n   ' + axe.join('\n   ') : 'ok',
  );
  await ctx.close();
}
await browser.close();
