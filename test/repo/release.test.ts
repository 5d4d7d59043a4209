import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

import { releaseNotes } from '../../scripts/release-notes.ts';

const root = join(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

describe('release notes', () => {
  const changelog =
    '# Changelog\n\n## [Unreleased]\n\n- soon\n\n## [1.2.0] - 2026-11-01\n\n### Added\n\n- a thing\n\n## [1.1.0]\n';

  it('are the section of their version', () => {
    expect(releaseNotes(changelog, 'v1.2.0')).toBe('### Added\n\n- a thing\n');
  });

  it.each(['v1.1.0', 'v9.9.9', ''])('of %j are refused: there are none', (version) => {
    expect(() => releaseNotes(changelog, version)).toThrow('CHANGELOG.md says nothing about');
  });

  it('can be made of the changelog once its version is set', () => {
    const released = read('CHANGELOG.md').replace('[Unreleased]', '[0.1.0] - 2026-12-01');

    expect(releaseNotes(released, 'v0.1.0')).toContain('### Added');
  });
});

interface Workflow {
  permissions: Record<string, string>;
  jobs: Record<string, { 'timeout-minutes'?: number; steps: { uses?: string; run?: string }[] }>;
}

const files = readdirSync(join(root, '.github/workflows'));

describe.each(files)('the workflow %s', (file) => {
  const workflow = parse(read(`.github/workflows/${file}`)) as Workflow;
  const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);

  it('names its permissions, and ends in time', () => {
    expect(Object.keys(workflow.permissions)).toContain('contents');
    expect(Object.values(workflow.jobs).every((job) => job['timeout-minutes'] !== undefined)).toBe(true);
  });

  it('runs scripts that bash can read', () => {
    const scripts = steps.flatMap(({ run }) => run ?? []);

    for (const script of scripts) execFileSync('bash', ['-n'], { input: script.replaceAll(/\$\{\{.*?\}\}/g, 'x') });
    expect(scripts.join('\n')).toContain('.ci/run');
  });
});
