import { execFileSync } from 'node:child_process';

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { ClusterDescription } from '../../src/report/description.ts';
import { clusterJson } from '../../src/report/json.ts';
import { clusterMarkdown, plain } from '../../src/report/markdown.ts';
import { clusterPage } from '../../src/report/page.ts';
import { clusterText } from '../../src/report/text.ts';
import { everything, manyInterfaces, small } from './descriptions.ts';

const clusters = [
  { name: 'small', cluster: small },
  { name: 'many-interfaces', cluster: manyInterfaces },
  { name: 'everything', cluster: everything },
];

describe.each(clusters)('the report of the cluster $name', ({ name, cluster }) => {
  it('is written as a page', async () => {
    await expect(clusterPage(cluster)).toMatchFileSnapshot(`../golden/report/${name}.html`);
  });

  it('is written as Markdown', async () => {
    await expect(`${clusterMarkdown(cluster).join('\n')}\n`).toMatchFileSnapshot(`../golden/report/${name}.md`);
  });

  it('is written as text', async () => {
    await expect(`${clusterText(cluster, undefined).join('\n')}\n`).toMatchFileSnapshot(`../golden/report/${name}.txt`);
  });

  it('says the same sum in all four ways', () => {
    const { perHour } = cluster.costs;
    const words = `$${perHour.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;

    expect(clusterJson(cluster)).toMatchObject({ costs: { perHour } });
    expect(clusterText(cluster, undefined).join('\n')).toContain(`${words}/h`);
    expect(clusterMarkdown(cluster).join('\n')).toContain(plain(`${words}/h`));
    expect(clusterPage(cluster)).toContain(`${words} an hour`);
  });
});

describe('a description of many machines', () => {
  const machines = Array.from({ length: 1000 }, (_, place) => ({ ...small.machines[0]!, name: `demo-vm-${place}` }));
  const cluster = { ...small, machines };

  it('is cut where nobody would read on, and says how many are left out', () => {
    expect(clusterText(cluster, 80).join('\n')).toContain('and 980 more');
    expect(clusterMarkdown(cluster).join('\n')).toContain('and 950 more');
    expect(clusterPage(cluster)).toContain('<p>and 500 more</p>');
    expect(clusterJson(cluster)['machines']).toHaveLength(1000);
  });
});

/** The description with `text` wherever a text can come from outside. */
function withText(text: string): ClusterDescription {
  const [machine] = everything.machines;
  return {
    ...everything,
    headline: text,
    deployment: { ...everything.deployment, prefix: text, project: text },
    machines: [
      {
        ...machine!,
        name: text,
        type: text,
        status: text,
        internal: text,
        external: text,
        duties: { [text]: { state: 'failed', code: 1, seconds: 1, detail: text, tail: text, manifest: '' } },
      },
    ],
    networks: [{ name: text, mtu: 1500, rdma: true, subnetworks: [{ name: text, range: text, interfaces: [0] }] }],
    shares: [{ source: text, path: text, tier: text, sizeGb: 1 }],
    mounts: [{ bucket: text, path: text }],
    files: { count: 1, bytes: 1, at: text },
    facts: [{ label: text, text }],
    remarks: [text],
    commands: { enter: text, status: text, destroy: text },
    links: [
      { label: text, url: 'https://example.com/' },
      { label: 'no link', url: text },
    ],
    costs: { ...everything.costs, unknown: [text], basis: text },
  };
}

/** The tags and the names of attributes of a page, in their order: what it is made of besides text. */
function bones(page: string): string[] {
  return [...page.matchAll(/<\/?[a-z!][^\s>]*(?:\s+[\w:-]+="[^"]*"|\s+[\w:-]+)*\s*\/?>/gi)].map(([tag]) =>
    tag.replaceAll(/="[^"]*"/g, '').replaceAll(/\s+/g, ' '),
  );
}

describe('texts from outside', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 60 }),
    fc.string({
      unit: fc.constantFrom('<', '>', '"', "'", '&', '/', '`', '=', ' ', '\n', '|', '\\', 's', 'x', '\u202E', '\u0000'),
      maxLength: 40,
    }),
    fc.constantFrom(
      '</code><script>alert(1)</script>',
      '"><img src=x onerror=alert(1)>',
      "' onmouseover='alert(1)",
      'javascript:alert(1)',
      '</style><svg onload=alert(1)>',
      '--><script>alert(1)</script>',
    ),
  );

  it('never become markup of the page', () => {
    const harmless = bones(clusterPage(withText('x')));

    fc.assert(
      fc.property(hostile, (text) => {
        const page = clusterPage(withText(text));

        expect(bones(page)).toEqual(harmless);
        expect(page.match(/<script>/g)).toHaveLength(1);
        expect(page).not.toMatch(/href="(?!https:\/\/)/);
      }),
      { numRuns: 100 },
    );
  });

  it('never become markup of Markdown, nor end its tables and blocks of code', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const said = plain(text);

        expect(said).not.toMatch(/[<>\n]|(?<!\\)[|`*[\]]/);
      }),
      { numRuns: 100 },
    );
    const fenced = clusterMarkdown({ ...small, commands: { ...small.commands, destroy: 'echo ```; x' } });
    expect(fenced.slice(fenced.indexOf('Take it away:'))).toContain('````sh');
  });

  it('leave a page that a parser of XML understands too', () => {
    const page = clusterPage(withText(`<'"&>`)).replace('<!doctype html>', '');
    const drawing = /<svg[\s\S]*<\/svg>/.exec(page)?.[0] ?? '';

    expect(() =>
      execFileSync('python3', ['-c', 'import sys, xml.dom.minidom as m; m.parseString(sys.stdin.read())'], {
        input: drawing,
      }),
    ).not.toThrow();
  });
});
