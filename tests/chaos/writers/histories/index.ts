import type { Aggregate } from '@nova/shared/events/index';
import { contentHistory } from './content.ts';
import type { History } from './history.ts';
import { jobHistory } from './job.ts';
import { sessionHistory } from './session.ts';
import { usageHistory } from './usage.ts';

export const histories: Readonly<Record<Aggregate, History>> = {
  content: contentHistory,
  job: jobHistory,
  session: sessionHistory,
  usage: usageHistory,
};
