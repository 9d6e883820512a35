import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Programs the tests drive, and the Debian packages they come from. */
const tools = [
  { name: 'a Java runtime', found: () => works('java', ['-version']), package: 'default-jre-headless' },
  { name: 'Maven', found: () => works('mvn', ['--version']), package: 'maven' },
  {
    name: 'Chromium',
    found: () => existsSync(process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'),
    package: 'chromium',
  },
];

function works(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

/** Installs what is missing where that is possible (Debian, as root); else says what to install. */
export async function installTestTools(): Promise<void> {
  const missing = tools.filter((tool) => !tool.found());
  if (missing.length === 0) return;
  const packages = missing.map((tool) => tool.package);
  const names = missing.map((tool) => tool.name).join(', ');
  if (process.getuid?.() !== 0 || !works('apt-get', ['--version'])) {
    throw new Error(
      `the tests need ${names}: install them (on Debian: apt-get install ${packages.join(' ')})`,
    );
  }
  console.log(`== installing ${names}`);
  execFileSync('apt-get', ['-qq', 'update'], { stdio: 'inherit' });
  execFileSync('apt-get', ['-qq', 'install', '-y', '--no-install-recommends', ...packages], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  const still = tools.filter((tool) => !tool.found());
  if (still.length > 0)
    throw new Error(`${still.map((tool) => tool.name).join(', ')} could not be installed`);
}
