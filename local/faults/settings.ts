import { UserError } from '@nova/shared/run-main';
import {
  checkRates,
  type DatabaseFault,
  databaseFaults,
  type FaultRates,
  type ModelFault,
  modelFaults,
} from './rates.ts';

/** Faults to inject, by service. */
export interface FaultSettings {
  readonly models: FaultRates<ModelFault>;
  readonly dynamodb: FaultRates<DatabaseFault>;
}

/** Prefix of DynamoDB's faults; those of models have none. */
const dynamodbPrefix = 'dynamodb.';

const known: readonly string[] = [
  ...modelFaults,
  ...databaseFaults.map((fault) => dynamodbPrefix + fault),
  'seed',
];

/**
 * Reads `NOVA_FAULTS`: rates such as `throttle=0.1,dynamodb.lost=0.05,seed=7`. The seed counts for every service.
 * @throws UserError naming the part that cannot be read, and the valid parts
 */
export function parseFaults(text = ''): FaultSettings {
  const models: Record<string, number> = {};
  const dynamodb: Record<string, number> = {};
  for (const part of text.split(',').map((one) => one.trim())) {
    if (part === '') continue;
    const [name, value] = parsePart(part);
    if (name === 'seed') models.seed = dynamodb.seed = value;
    else if (name.startsWith(dynamodbPrefix)) dynamodb[name.slice(dynamodbPrefix.length)] = value;
    else models[name] = value;
  }
  checkRates(modelFaults, models);
  checkRates(databaseFaults, dynamodb);
  return { models, dynamodb };
}

function parsePart(part: string): [name: string, value: number] {
  const [name = '', value = ''] = part.split('=').map((one) => one.trim());
  if (!known.includes(name)) {
    throw new UserError(
      `NOVA_FAULTS: "${part}" is not known; write ${known.join(', ').replace(/, seed$/, ' or seed')}`,
    );
  }
  const number = Number(value);
  if (value === '' || !Number.isFinite(number)) throw new UserError(`NOVA_FAULTS: "${part}" needs a number`);
  return [name, number];
}
