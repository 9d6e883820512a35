/** What becomes of deletes and of the tombstones after them. */
export interface DeleteHandling {
  readonly keepsTombstones: boolean;
  /** `null-value` keeps the schema of the row beside a null, `tombstone` has no schema either. */
  readonly deletes: 'drop' | 'null-value' | 'tombstone' | 'rewrite';
}

/** `delete.tombstone.handling.mode`. */
export const deleteTombstoneModes = {
  drop: { keepsTombstones: false, deletes: 'drop' },
  tombstone: { keepsTombstones: false, deletes: 'null-value' },
  rewrite: { keepsTombstones: false, deletes: 'rewrite' },
  'rewrite-with-tombstone': { keepsTombstones: true, deletes: 'rewrite' },
  'delete-to-tombstone': { keepsTombstones: false, deletes: 'tombstone' },
} as const satisfies Readonly<Record<string, DeleteHandling>>;

/** `delete.handling.mode` of Debezium 2 and before. */
export const olderDeleteModes = {
  drop: 'drop',
  none: 'null-value',
  rewrite: 'rewrite',
} as const satisfies Readonly<Record<string, DeleteHandling['deletes']>>;

interface Settings {
  readonly mode: string;
  /** Whether the user wrote the mode down. */
  readonly hasMode: boolean;
  /** The two older keys; null: not given. */
  readonly dropTombstones: boolean | null;
  readonly olderMode: string | null;
}

/** The older keys count where the newer one is not given; each then has the default of its own time. */
export function deleteHandlingOf(settings: Settings): DeleteHandling {
  const { hasMode, dropTombstones, olderMode } = settings;
  if (hasMode || (dropTombstones === null && olderMode === null)) {
    return entryOf(deleteTombstoneModes, settings.mode) ?? deleteTombstoneModes.tombstone;
  }
  return {
    keepsTombstones: dropTombstones === false,
    deletes: entryOf(olderDeleteModes, olderMode ?? 'drop') ?? 'drop',
  };
}

function entryOf<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  const lower = name.trim().toLowerCase();
  return Object.hasOwn(table, lower) ? table[lower] : undefined;
}
