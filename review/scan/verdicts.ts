/** Checks of the scanner with one answer. */
export interface Row {
  readonly ids: readonly string[];
  /** What they check; empty where the reason says it. */
  readonly what: string;
  /** By what it is met, or why it is not. */
  readonly why: string;
}

export interface Verdicts {
  /** Checks that pass on every resource. */
  readonly met: readonly Row[];
  /** Checks that fail on some resource, each with the reason. */
  readonly notMet: readonly Row[];
}

export const verdicts: Verdicts = {
  met: [
    {
      ids: ['CKV_AWS_45'],
      what: 'no secrets in functions',
      why: 'the contract of variables, `shared/environment.ts`',
    },
    { ids: ['CKV_AWS_50', 'CKV_AWS_73'], what: 'X-Ray', why: '`logged-and-traced`; the API’s stage' },
    { ids: ['CKV_AWS_363'], what: 'supported runtime', why: 'Node.js 24' },
    {
      ids: ['CKV_AWS_59', 'CKV_AWS_76'],
      what: 'no open access, access log',
      why: '`guarded-api`: by API key',
    },
    { ids: ['CKV2_AWS_53'], what: 'request validation', why: 'every route with a body' },
    { ids: ['CKV_AWS_28'], what: 'point-in-time recovery', why: '`protected-tables`, in production' },
    {
      ids: [
        ...['CKV_AWS_19', 'CKV_AWS_20', 'CKV_AWS_53', 'CKV_AWS_54', 'CKV_AWS_55', 'CKV_AWS_56'],
        ...['CKV_AWS_57', 'CKV_AWS_70', 'CKV2_AWS_6', 'CKV2_AWS_65'],
      ],
      what: 'buckets',
      why: '`private-buckets`, `encrypted`',
    },
    { ids: ['CKV_AWS_300', 'CKV2_AWS_61'], what: 'lifecycle', why: 'both buckets' },
    {
      ids: ['CKV_AWS_27', 'CKV_AWS_168', 'CKV_AWS_169', 'CKV2_AWS_73'],
      what: 'queues and topics',
      why: '`encrypted`, `no-public-access`',
    },
    {
      ids: ['CKV_AWS_32', 'CKV_AWS_51', 'CKV_AWS_163'],
      what: 'registry',
      why: 'immutable tags, scan on push, `no-public-access`',
    },
    { ids: ['CKV_AWS_66'], what: 'log retention', why: '`logged-and-traced`' },
    {
      ids: [
        ...['CKV_AWS_60', 'CKV_AWS_61', 'CKV_AWS_62', 'CKV_AWS_63', 'CKV_AWS_286', 'CKV_AWS_287'],
        ...['CKV_AWS_288', 'CKV_AWS_289', 'CKV_AWS_290', 'CKV_AWS_355'],
      ],
      what: 'roles',
      why: '`no-wildcards`, `trusts-named`',
    },
    {
      ids: ['CKV_AWS_301', 'CKV_AWS_364'],
      what: 'callers of functions',
      why: '`no-public-access`: every permission names its source',
    },
  ],
  notMet: [
    {
      ids: ['CKV_AWS_26', 'CKV_AWS_119', 'CKV_AWS_136', 'CKV_AWS_145', 'CKV_AWS_158'],
      what: 'own key',
      why: '$1 a month each while idle; AWS’s keys encrypt everything. `ownKey` adds one for the keys that decrypt personal data. CloudWatch may not use AWS’s own key on the alarm topic, whose messages hold no personal data',
    },
    {
      ids: ['CKV_AWS_116'],
      what: 'dead letter queue of a function',
      why: 'a failure destination instead, which also keeps the reason: `failures-have-a-home`',
    },
    {
      ids: ['CKV_AWS_115'],
      what: 'reserved concurrency',
      why: '`webhook-handler` has it; elsewhere it reduces the account’s pool, which may be ten, and the API’s throttles limit concurrency',
    },
    {
      ids: ['CKV_AWS_117'],
      what: 'VPC',
      why: 'the functions need nothing in one; a NAT gateway costs $33 a month',
    },
    {
      ids: ['CKV_AWS_272'],
      what: 'code signing',
      why: 'zips are reproducible from the commit, and only the `deploy` role may change them',
    },
    {
      ids: ['CKV_AWS_21'],
      what: 'versions of objects',
      why: 'erasure must be final; events, which are the truth, can be restored',
    },
    {
      ids: ['CKV_AWS_144'],
      what: 'other region',
      why: '[one region a stage](adr/0023-a-stage-in-one-region.md); the store can be restored from its backups',
    },
    {
      ids: ['CKV2_AWS_62'],
      what: 'event notifications of a bucket',
      why: 'the content bucket has them; nothing reacts to failed records before an operator redrives them',
    },
    {
      ids: ['CKV_AWS_120', 'CKV_AWS_225'],
      what: 'caching',
      why: 'a response is for one tenant; a cache costs by the hour',
    },
    {
      ids: ['CKV2_AWS_4', 'CKV2_AWS_51'],
      what: 'execution log, client certificate',
      why: 'an execution log holds headers and bodies; Lambda identifies API Gateway by its role',
    },
    { ids: ['CKV2_AWS_29'], what: 'WAF', why: 'off by default: `firewall`' },
    {
      ids: ['CKV_AWS_338'],
      what: 'a year of logs',
      why: '90 days in production: logs are for finding faults, events are the record',
    },
    {
      ids: ['CKV_AWS_393'],
      what: 'trust in GitHub’s workflows',
      why: 'Checkov knows subjects of the form `repo:owner/name` only. The roles trust one repository by name and number, `repo:owner@id/name@id`, so that nobody else can take over the name; `trusts-named` checks them',
    },
  ],
};
