import { type Line, line } from './line.ts';
import { hoursPerMonth } from './prices.ts';
import type { Profile } from './profile.ts';

/** The seed's comparison: servers, a cache and a search cluster instead of functions, a table and S3 Vectors. */
export interface Alternative {
  readonly name: string;
  /** The part of our platform that it replaces. */
  readonly insteadOf: string;
  lines(profile: Profile): Line[];
}

/** Whether the load needs more than the minimum. */
const isBusy = ({ chatTurns }: Profile) => chatTurns > 20_000;

const fargate: Alternative = {
  name: 'Fargate, two services behind a load balancer',
  insteadOf: 'functions and API Gateway',
  lines(profile) {
    const [tasks, cpu, gb] = isBusy(profile) ? [4, 1, 2] : [2, 0.25, 0.5];
    const hours = tasks * hoursPerMonth;
    return [
      line('Fargate', `${tasks} tasks of ${cpu} vCPU`, hours * cpu, 'fargateCpu', { fixed: true }),
      line('Fargate', `${tasks} tasks of ${gb} GB`, hours * gb, 'fargateGb', { fixed: true }),
      line('Fargate', 'load balancer', 1, 'loadBalancer', {
        fixed: true,
        note: 'plus a price by connection',
      }),
    ];
  },
};

const elastiCache: Alternative = {
  name: 'ElastiCache, one node',
  insteadOf: 'the table of session memory',
  lines: (profile) => [
    line('ElastiCache', 'node hours', hoursPerMonth, isBusy(profile) ? 'cacheSmall' : 'cacheMicro', {
      fixed: true,
    }),
  ],
};

const classic: Alternative = {
  name: 'OpenSearch Serverless Classic',
  insteadOf: 'S3 Vectors',
  lines: () => [
    line('OpenSearch Serverless Classic', 'two OCU at least', 2 * hoursPerMonth, 'searchUnit', {
      fixed: true,
    }),
  ],
};

/** Scales to zero: one OCU while there is work, two on a busy platform. Our estimate. */
const nextGen: Alternative = {
  name: 'OpenSearch Serverless NextGen',
  insteadOf: 'S3 Vectors',
  lines: (profile) => [
    line(
      'OpenSearch Serverless NextGen',
      'OCU while used',
      profile.activeHours * (isBusy(profile) ? 2 : 1),
      'searchUnit',
    ),
  ],
};

/** Both readings of the seed's comparison: with the search cluster of its time, and with today's. */
export const alternatives = {
  classic: [fargate, elastiCache, classic],
  nextGen: [fargate, elastiCache, nextGen],
} as const satisfies Record<string, readonly Alternative[]>;
