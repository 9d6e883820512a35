'use client';

import { Search } from 'lucide-react';
import { usePathname, useRouter, useSearchParams } from 'next/navigation';
import { useEffect, useRef } from 'react';
import { paths } from '../paths.ts';
import { classes } from '../ui/classes.ts';
import { textInput } from '../ui/text-input.ts';

/** Searches connectors: at once while their list is shown, otherwise with Enter. `/` puts the cursor here. */
export function SearchBox() {
  const input = useRef<HTMLInputElement>(null);
  const router = useRouter();
  const isList = usePathname() === paths.connectors();
  const q = useSearchParams().get('q') ?? '';

  useEffect(() => {
    function onKey(event: KeyboardEvent): void {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return;
      const target = event.target;
      if (
        target instanceof HTMLElement &&
        (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
      ) {
        return;
      }
      event.preventDefault();
      input.current?.focus();
      input.current?.select();
    }
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);

  // The address may change under the box: a link to another filter, or back. While somebody types it only follows.
  useEffect(() => {
    const box = input.current;
    if (box !== null && box !== document.activeElement && box.value !== q) box.value = q;
  }, [q]);

  return (
    <search className="min-w-0 max-w-md flex-1">
      <form
        className="relative"
        onSubmit={(event) => {
          event.preventDefault();
          if (!isList) router.push(paths.connectors(input.current?.value.trim()));
        }}
      >
        <Search aria-hidden className="pointer-events-none absolute top-2 left-2.5 size-4 text-muted" />
        <input
          ref={input}
          type="search"
          name="q"
          aria-label="Search connectors"
          aria-keyshortcuts="/"
          placeholder="Search connectors"
          defaultValue={q}
          autoComplete="off"
          spellCheck={false}
          className={classes(textInput, 'h-8 border-line-strong/60 bg-canvas pr-8 pl-8 text-sm')}
          onChange={(event) => {
            if (isList) window.history.replaceState(null, '', paths.connectors(event.target.value));
          }}
        />
        <kbd
          aria-hidden
          className="pointer-events-none absolute top-1.5 right-2 hidden rounded border bg-surface px-1.5 font-mono text-muted text-xs sm:block"
        >
          /
        </kbd>
      </form>
    </search>
  );
}
