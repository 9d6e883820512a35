import type { BrokenPackage } from '../../server/entities/console-plugin.ts';
import { Notice } from '../ui/notice.tsx';

/** Packages that the worker found and cannot use; everything else works without them. */
export function BrokenPackages({ packages }: { readonly packages: readonly BrokenPackage[] }) {
  if (packages.length === 0) return null;
  const title =
    packages.length === 1
      ? 'One package with plugins cannot be used'
      : `${packages.length} packages with plugins cannot be used`;
  return (
    <Notice kind="warning" title={title} className="mb-4">
      <ul className="space-y-2">
        {packages.map(({ name, version, location, reason }) => (
          <li key={location} className="min-w-0">
            <p className="break-all">
              <span className="font-medium">{name}</span>
              {version !== null && ` ${version}`}
              <span className="font-mono text-muted text-xs"> {location}</span>
            </p>
            <p className="break-words">{reason}</p>
          </li>
        ))}
      </ul>
    </Notice>
  );
}
