/**
 * Figures of one thing under the names that Java Connect gives them: what is one MBean there. REST writes them as
 * Prometheus text or JSON.
 */
export interface MetricGroup {
  /** `millrace`: figures that Java Connect does not have. */
  readonly domain: 'kafka.connect' | 'millrace';
  /** Such as `source-task-metrics`. */
  readonly type: string;
  /** Names of connectors and the like; never what a setting holds, for it may be a secret. */
  readonly tags: Readonly<Record<string, string>>;
  /** NaN: there was nothing to measure. */
  readonly attributes: Readonly<Record<string, number | string>>;
}
