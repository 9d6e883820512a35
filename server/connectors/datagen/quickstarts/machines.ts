import {
  counting,
  moments,
  oneOf,
  pattern,
  quickstart,
  record,
  start2024Ms,
  within,
  withRows,
} from './schema-json.ts';

const vehicle = within('int', 1_000, 1_100);
const addresses = ['10.20.0.11', '10.20.0.12', '10.20.1.40', '10.20.2.7', '192.0.2.33', '198.51.100.90'];
const end = (name: string) => record(name, { ip: oneOf(...addresses), port: within('int', 1_024, 65_536) });

const locations: readonly (readonly number[])[] = [
  [52.1601, 4.497],
  [41.9794, 2.8214],
  [49.8209, 18.2625],
  [60.3913, 5.3221],
  [45.6495, 13.7768],
];

export const machineQuickstarts = {
  device_information: quickstart('device_information.device_information', 'device_ip', {
    device_ip: oneOf(...addresses),
    mac_address: oneOf('02:00:5e:10:00:01', '02:00:5e:10:00:02', '02:00:5e:10:00:a7', '02:00:5e:10:01:3c'),
    owner: oneOf('Ada', 'Benno', 'Chidi', 'Dara', 'the lab'),
  }),
  fleet_mgmt_description: quickstart('fleet_mgmt.fleet_mgmt_description', 'vehicle_id', {
    vehicle_id: vehicle,
    driver_name: oneOf('Ada Berger', 'Benno Costa', 'Chidi Okafor', 'Dara Novak', 'Hana Tanaka'),
    license_plate: pattern('[A-HJ-NP-Z]{2}[0-9]{3}[A-HJ-NP-Z]'),
  }),
  fleet_mgmt_location: quickstart('fleet_mgmt.fleet_mgmt_location', 'vehicle_id', {
    vehicle_id: vehicle,
    location: withRows(record('location', { latitude: 'double', longitude: 'double' }), locations),
    ts: moments(1_000),
  }),
  fleet_mgmt_sensors: quickstart('fleet_mgmt.fleet_mgmt_sensors', 'vehicle_id', {
    vehicle_id: vehicle,
    engine_temperature: within('int', 70, 125),
    average_rpm: within('int', 900, 4_500),
  }),
  siem_logs: quickstart('siem_logs.siem_logs', 'hostname', {
    hostname: oneOf('gate-1', 'gate-2', 'edge-north', 'edge-south'),
    action: oneOf('permitted', 'denied'),
    l4: oneOf('tcp', 'udp'),
    access_group: oneOf('inside_in', 'outside_in', 'guests_out'),
    source: end('source'),
    destination: end('destination'),
  }),
  syslog_logs: quickstart('syslogs.syslog_logs', 'host', {
    name: pattern('syslog-[a-f0-9]{6}'),
    type: oneOf('RFC3164', 'RFC5424'),
    message: pattern('(started|stopped|reloaded) unit [a-z]{4,10}\\.service'),
    host: oneOf('gate-1', 'gate-2', 'edge-north', 'edge-south'),
    version: oneOf('1'),
    tag: oneOf('cron', 'sshd', 'kernel', 'systemd'),
    level: within('int', 0, 8),
    facility: oneOf('0', '1', '3', '4', '16'),
    severity: within('int', 0, 8),
    appName: pattern('app-[1-9]'),
    remoteAddress: oneOf(...addresses),
    rawMessage: pattern('<[1-9][0-9]>1 (started|stopped|reloaded) [a-z]{4,10}'),
    processId: pattern('[1-9][0-9]{2,4}'),
    messageId: pattern('ID[0-9]{4}'),
    deviceVendor: pattern('Vendor [A-D]'),
    deviceProduct: pattern('Product [A-D][1-9]'),
    deviceVersion: oneOf('1.0', '1.4', '2.1'),
    ts: counting('long', start2024Ms, 250),
  }),
};
