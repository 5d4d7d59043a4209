import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';

import axe from 'axe-core';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { clusterPage } from '../../src/report/page.ts';
import { everything, manyInterfaces, small } from '../report/descriptions.ts';

const binary = (process.env['PATH'] ?? '')
  .split(delimiter)
  .flatMap((folder) => ['chromium', 'chromium-browser', 'google-chrome'].map((name) => join(folder, name)))
  .find(isProgram);

if (!binary) console.log('skipped: there is no Chromium here to open the page of the report in');

const phone = { width: 375, height: 740 };
const clusters = { small, manyInterfaces, everything };

describe.runIf(binary !== undefined)('the page of the report, in Chromium, opened as a file', () => {
  const desk = mkdtempSync(join(tmpdir(), 'cluster-provision-page-'));
  let browser: Browser;

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: binary ?? '', args: ['--no-sandbox'] });
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(desk, { recursive: true, force: true });
  });

  /** Opens a page as users do; answers it with what it complained of and what it asked for. */
  async function open(name: keyof typeof clusters, colorScheme: 'light' | 'dark' = 'light') {
    const file = join(desk, `${name}.html`);
    writeFileSync(file, clusterPage(clusters[name]));
    const url = pathToFileURL(file).href;
    const context = await browser.newContext({ viewport: phone, colorScheme });
    const page = await context.newPage();
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(url);
    return { context, page, complaints, others: () => requests.filter((request) => request !== url) };
  }

  it.each(['small', 'manyInterfaces', 'everything'] as const)(
    '%s: fits a phone, has its picture, asks nobody for anything and complains of nothing',
    async (name) => {
      const { page, complaints, others, context } = await open(name);

      expect(await overhang(page)).toBe(0);
      expect(await page.locator('svg.picture').boundingBox()).toMatchObject({ width: expect.any(Number) });
      expect(await page.locator('svg.picture circle').count()).toBeGreaterThan(0);
      expect([...complaints, ...others()]).toEqual([]);
      await context.close();
    },
  );

  it('copies a command with its button', async () => {
    const { page, context } = await open('everything');
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);

    await page.locator('button[data-copy="destroy"]').click();

    await page.getByRole('button', { name: 'Copied' }).waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(everything.commands.destroy);
    await context.close();
  });

  it('lets no other script run in it', async () => {
    const { page, complaints, context } = await open('small');

    await page.evaluate(`document.body.insertAdjacentHTML('beforeend', '<img src="data:,x" onerror="window.ran = true">');
      const other = document.createElement('script'); other.textContent = 'window.ran = true'; document.body.append(other);`);

    expect(await page.evaluate('window.ran')).toBeUndefined();
    expect(complaints.join('\n')).toContain('Content Security Policy');
    await context.close();
  });

  it.each(['light', 'dark'] as const)('can be read by everybody in a %s room, as axe sees it', async (scheme) => {
    const { page, context } = await open('everything', scheme);

    await page.evaluate(axe.source);
    const violations = (await page.evaluate(
      'axe.run().then(({ violations, passes }) => passes.length < 10 ? ["axe saw nothing"] : violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`))',
    )) as string[];

    expect(violations).toEqual([]);
    await context.close();
  });

  it('fits a sheet of paper, without its buttons', async () => {
    const { page, context } = await open('manyInterfaces');

    await page.emulateMedia({ media: 'print' });

    expect(await page.locator('button').first().isVisible()).toBe(false);
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
    await context.close();
  });
});

/** By how many pixels the page is wider than the screen. */
async function overhang(page: Page): Promise<number> {
  return Number(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth'));
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
