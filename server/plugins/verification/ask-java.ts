import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

/**
 * Writes down how Maven orders versions: `node ask-java.ts <folder with the jars of org.apache.maven:maven-artifact and
 * what it needs>`.
 */
const versions = [
  ...[
    '',
    '0',
    '1',
    '1.0',
    '1.0.0',
    '1.1',
    '1.2',
    '1.10',
    '1.9',
    '2',
    '2.0',
    '10',
    '01',
    '1.01',
    '1..1',
    '.1',
  ],
  ...[
    '1.0-alpha',
    '1.0-a1',
    '1.0-alpha-1',
    '1.0a1',
    '1.0-beta',
    '1.0b2',
    '1.0-milestone-1',
    '1.0-m1',
    '1.0-m2',
  ],
  ...[
    '1.0-rc1',
    '1.0-cr1',
    '1.0-RC2',
    '1.0.RC2',
    '1.0-SNAPSHOT',
    '1.0-snapshot',
    '1.0-ga',
    '1.0-final',
    '1.0.Final',
  ],
  ...[
    '1.0-release',
    '1.0-sp',
    '1.0-sp1',
    '1.0-1',
    '1.0-2',
    '1.0.1',
    '1.0-foo',
    '1.0.foo',
    '1.0-x1',
    '1-1',
    '1-1.foo',
  ],
  ...[
    '1.0-1-alpha',
    '1.0.0-0',
    '1-0',
    '1-alpha.1',
    '1.0.0-alpha.beta',
    '1.0-alpha10',
    '1.0-alpha2',
    'foo',
    'latest',
  ],
  ...[
    'undefined',
    '99999999999999999999',
    '100000000000000000000',
    '1.99999999999999999999',
    '0.1.0',
    '3.7.2.Final',
  ],
  ...[
    '2024.01.15',
    '7.5.0-ccs',
    '7.5.0-1-ccs',
    '2.0.0-beta+exp.sha',
    '1_2',
    '1.0-0-1',
    '1.0.0.0.1',
    'v1.0',
    '1.0-',
  ],
];
const ranges = [
  ...[
    '1.2.3',
    '1.0',
    '[1.0,2.0)',
    '(,3.0]',
    '[1.1]',
    '[1,2),[4,)',
    '[1.0,',
    '1.0]',
    '',
    ' 1.0 ',
    '[]',
    '(1.0)',
  ],
  ...[
    '[1,2,3]',
    '[1,2)x',
    '[2,1]',
    '(1,1)',
    '[1,1]',
    '[1,2],[1.5,3]',
    '(,1],[2,)',
    '(,)',
    '[,]',
    '[ 1.0 , 2.0 ]',
  ],
  ...[
    'LATEST',
    '[0,1),[1.2,1.3)',
    '[1.0-alpha,1.0)',
    '[1.0,)',
    '(1.0,1.1]',
    '1,2',
    '[1,2)[3,4)',
    '[[1]]',
    '(]',
    '[',
  ],
];

const jars = process.argv[2];
if (jars === undefined) throw new Error('Give the folder with the jars of maven-artifact.');
const folder = await mkdtemp(join(tmpdir(), 'version-answers-'));
try {
  const [versionFile, rangeFile] = [join(folder, 'versions.txt'), join(folder, 'ranges.txt')];
  await writeFile(versionFile, versions.map((line) => `${line}\n`).join(''));
  await writeFile(rangeFile, ranges.map((line) => `${line}\n`).join(''));
  const fixture = resolve(import.meta.dirname, '../fixtures/java-version-answers.json');
  const driver = resolve(import.meta.dirname, 'VersionAnswers.java');
  await promisify(execFile)('java', ['-cp', join(jars, '*'), driver, versionFile, rangeFile, fixture], {
    timeout: 120_000,
  });
} finally {
  await rm(folder, { recursive: true });
}
