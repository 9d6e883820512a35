/**
 * Settings of a worker on the embedded broker: those of Kafka's sample file for distributed workers, with internal
 * topics of one partition, because one machine gains nothing by more.
 */
export function laptopSettings(
  bootstrap: string,
  restPort: number,
  vaultKeyFile: string,
  pluginPath: string | undefined,
): Readonly<Record<string, string>> {
  return {
    'bootstrap.servers': bootstrap,
    'group.id': 'connect-cluster',
    'key.converter': 'org.apache.kafka.connect.json.JsonConverter',
    'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
    'config.storage.topic': 'connect-configs',
    'config.storage.replication.factor': '1',
    'offset.storage.topic': 'connect-offsets',
    'offset.storage.replication.factor': '1',
    'offset.storage.partitions': '1',
    'status.storage.topic': 'connect-status',
    'status.storage.replication.factor': '1',
    'status.storage.partitions': '1',
    'vault.key.file': vaultKeyFile,
    'vault.storage.topic': 'connect-vault',
    'vault.storage.replication.factor': '1',
    'offset.flush.interval.ms': '10000',
    // Nobody else joins the group of a laptop, so nobody is waited for.
    'scheduled.rebalance.max.delay.ms': '0',
    listeners: `http://127.0.0.1:${restPort}`,
    ...(pluginPath === undefined ? {} : { 'plugin.path': pluginPath }),
  };
}
