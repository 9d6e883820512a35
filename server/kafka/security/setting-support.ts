import { classSetting } from '../setting-kinds.ts';
import type { Setting, SettingSupport } from '../settings-table.ts';

export function withoutEffect(reason: string): SettingSupport {
  return { kind: 'without effect', reason };
}

/** A Java class to plug in: Kafka's own classes stand for what is built in here, any other cannot be loaded. */
export function kafkaOwnClassSetting(options: {
  readonly doc: string;
  readonly own: readonly string[];
}): Setting<string | null> {
  const setting = classSetting({
    doc: options.doc,
    support: {
      kind: 'refused',
      reason: "Java classes cannot be loaded; what Kafka's own do is built in",
    },
  });
  return {
    ...setting,
    parse(text, key) {
      const name = setting.parse(text, key);
      return name !== null && options.own.includes(name) ? null : name;
    },
  };
}
