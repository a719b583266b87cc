import type { PlanInput } from '../../../review/plan/testing/plan-builder.ts';

const audio = 'aws_lambda_function.functions_audio-handler_function_33A54F00';
const named = { function_name: 'nova-dev-audio-handler' };
/** A plan that only changes something in place. */
export const moreMemory: PlanInput = {
  changes: { [audio]: { before: { ...named, memory_size: 256 }, after: { ...named, memory_size: 512 } } },
};
const store = { name: 'nova-dev-event-store', hash_key: 'pk' };
/** A plan that loses data. */
export const newStore: PlanInput = {
  changes: {
    'aws_dynamodb_table.data_tables_event-store_D90A074C': {
      before: store,
      after: { ...store, hash_key: 'id' },
      replacePaths: [['hash_key']],
    },
  },
};
