import {
  days,
  pattern,
  quickstart,
  quickstartOfRows,
  start2024Days,
  start2024Ms,
  start2025Ms,
  within,
} from './schema-json.ts';

const employeeId = within('int', 1_001, 1_007);

const employee = {
  employee_id: 'int',
  first_name: 'string',
  last_name: 'string',
  age: 'int',
  ssn: 'string',
  hourly_rate: 'int',
  gender: 'string',
  email: 'string',
};

export const payrollQuickstarts = {
  payroll_bonus: quickstart('payroll.payroll_bonus', 'employee_id', {
    employee_id: employeeId,
    bonus: within('int', 500, 20_000),
    ts: { ...within('long', start2024Ms, start2025Ms), logicalType: 'timestamp-millis' },
  }),
  payroll_employee: quickstartOfRows('payroll.payroll_employee', 'employee_id', employee, [
    [1_001, 'Ada', 'Berger', 41, '900-10-0001', 52, 'Female', 'ada@example.com'],
    [1_002, 'Benno', 'Costa', 29, '900-10-0002', 31, 'Male', 'benno@example.com'],
    [1_003, 'Chidi', 'Okafor', 57, '900-10-0003', 64, 'Male', 'chidi@example.com'],
    [1_004, 'Dara', 'Novak', 23, '900-10-0004', 24, 'Female', 'dara@example.com'],
    [1_005, 'Hana', 'Tanaka', 36, '900-10-0005', 47, 'Female', 'hana@example.com'],
    [1_006, 'Zoe', 'Eklund', 48, '900-10-0006', 55, 'Other', 'zoe@example.com'],
  ]),
  payroll_employee_location: quickstart('payroll.payroll_employee_location', 'employee_id', {
    employee_id: employeeId,
    lab: pattern('Lab [A-H][1-9]'),
    department_id: within('int', 1, 20),
    arrival_date: days(start2024Days, start2024Days + 366),
  }),
};
