import type {
  CreateScheduleInput,
  CreateScheduleOutput,
  DeleteScheduleInput,
  GetScheduleGroupInput,
  GetScheduleGroupOutput,
  GetScheduleInput,
  GetScheduleOutput,
  ListSchedulesInput,
  ListSchedulesOutput,
} from '@aws-sdk/client-scheduler';
import * as z from 'zod';
import { AwsError, type Caller, type Stack } from '../../contracts.ts';
import { textOf } from '../../stack/read.ts';
import { timeOf } from './expression.ts';
import type { MayAssume } from './roles.ts';
import { type Schedule, type ScheduleStore, Target } from './schedule-store.ts';

export interface ScheduleOperationsDependencies {
  readonly stack: Stack;
  readonly store: ScheduleStore;
  readonly mayAssume: MayAssume;
  readonly isFunction: (arn: string) => boolean;
  readonly now: () => number;
  /** Called after a schedule was created. */
  readonly created: () => void;
}

/** A request for a schedule: one time, no window, and nothing else that the service knows. */
const CreateRequest = z.strictObject({
  Name: z.string(),
  ScheduleExpression: z.string(),
  ScheduleExpressionTimezone: z.literal('UTC').optional(),
  FlexibleTimeWindow: z.strictObject({ Mode: z.literal('OFF') }),
  ActionAfterCompletion: z.enum(['NONE', 'DELETE']).optional(),
  GroupName: z.string().optional(),
  Description: z.string().optional(),
  ClientToken: z.string().optional(),
  State: z.literal('ENABLED').optional(),
  Target,
});

/** Source: EventBridge Scheduler API reference, CreateSchedule. */
const namePattern = /^[0-9a-zA-Z-_.]{1,64}$/;
const defaultGroup = 'default';

/** The operations on schedules; the stack makes groups, so no operation here does. */
export class ScheduleOperations {
  readonly #dependencies: ScheduleOperationsDependencies;
  readonly #groups: ReadonlySet<string>;

  constructor(dependencies: ScheduleOperationsDependencies) {
    this.#dependencies = dependencies;
    const own = dependencies.stack.of('aws_scheduler_schedule_group').map((group) => textOf(group, 'name'));
    this.#groups = new Set([defaultGroup, ...own]);
  }

  create(input: CreateScheduleInput, caller: Caller): CreateScheduleOutput {
    const { store, now, created, isFunction, mayAssume } = this.#dependencies;
    const parsed = CreateRequest.safeParse(input);
    if (!parsed.success) throw invalid(`The local scheduler does not do this: ${faultIn(parsed.error)}`);
    const { Name: name } = parsed.data;
    if (!namePattern.test(name)) throw invalid(`Value '${name}' at 'name' is not a name of a schedule`);
    const { ScheduleExpression: expression, Target: target, GroupName: group = defaultGroup } = parsed.data;
    caller.authorise('scheduler:CreateSchedule', this.#arn(group, name));
    caller.authorise('iam:PassRole', target.RoleArn, { 'iam:PassedToService': 'scheduler.amazonaws.com' });
    this.#checkGroup(group);
    const at = timeOf(expression);
    if (at === undefined)
      throw invalid(`The local scheduler has one-time schedules in UTC only, not ${expression}`);
    if (!isFunction(target.Arn))
      throw invalid(`The local scheduler invokes functions of the stack, not ${target.Arn}`);
    if (!mayAssume(target.RoleArn, this.#groupArn(group))) {
      throw invalid(
        'The execution role you provide must allow AWS EventBridge Scheduler to assume the role.',
      );
    }
    const schedule: Schedule = {
      ...{ group, name, expression, target, at, createdAt: now() },
      deletesItself: parsed.data.ActionAfterCompletion === 'DELETE',
      description: parsed.data.Description,
    };
    if (!store.add(schedule))
      throw new AwsError('ConflictException', 409, `Schedule ${name} already exists.`);
    created();
    return { ScheduleArn: this.#arn(group, name) };
  }

  get(
    { Name: name = '', GroupName: group = defaultGroup }: GetScheduleInput,
    caller: Caller,
  ): GetScheduleOutput {
    caller.authorise('scheduler:GetSchedule', this.#arn(group, name));
    const schedule = this.#dependencies.store.find(group, name);
    if (!schedule) throw notFound(`Schedule ${name} does not exist.`);
    return {
      ...this.#summary(schedule),
      ActionAfterCompletion: schedule.deletesItself ? 'DELETE' : 'NONE',
      Description: schedule.description,
      FlexibleTimeWindow: { Mode: 'OFF' },
      ScheduleExpression: schedule.expression,
      ScheduleExpressionTimezone: 'UTC',
      Target: schedule.target,
    };
  }

  delete({ Name: name = '', GroupName: group = defaultGroup }: DeleteScheduleInput, caller: Caller): object {
    caller.authorise('scheduler:DeleteSchedule', this.#arn(group, name));
    if (!this.#dependencies.store.delete(group, name)) throw notFound(`Schedule ${name} does not exist.`);
    return {};
  }

  /** All schedules on one page. */
  list({ GroupName: group, ...conditions }: ListSchedulesInput, caller: Caller): ListSchedulesOutput {
    caller.authorise('scheduler:ListSchedules', '*');
    refuseConditions(conditions);
    if (group !== undefined) this.#checkGroup(group);
    const schedules = this.#dependencies.store.list(group);
    return {
      Schedules: schedules.map((schedule) => ({
        ...this.#summary(schedule),
        Target: { Arn: schedule.target.Arn },
      })),
    };
  }

  getGroup({ Name: name = '' }: GetScheduleGroupInput, caller: Caller): GetScheduleGroupOutput {
    caller.authorise('scheduler:GetScheduleGroup', this.#groupArn(name));
    this.#checkGroup(name);
    return { Name: name, Arn: this.#groupArn(name), State: 'ACTIVE' };
  }

  #summary({ group, name, createdAt }: Schedule) {
    const created = new Date(createdAt);
    return {
      ...{ Arn: this.#arn(group, name), GroupName: group, Name: name, State: 'ENABLED' as const },
      ...{ CreationDate: created, LastModificationDate: created },
    };
  }

  #checkGroup(group: string): void {
    if (!this.#groups.has(group)) throw notFound(`Schedule group ${group} does not exist.`);
  }

  #groupArn(group: string): string {
    return this.#at(`schedule-group/${group}`);
  }

  #arn(group: string, name: string): string {
    return this.#at(`schedule/${group}/${name}`);
  }

  #at(path: string): string {
    const { region, accountId } = this.#dependencies.stack;
    return `arn:aws:scheduler:${region}:${accountId}:${path}`;
  }
}

/** Conditions that would shorten a list. */
function refuseConditions(conditions: object): void {
  const [name] = Object.entries(conditions).find(([, value]) => value !== undefined) ?? [];
  if (name) throw invalid(`The local scheduler lists all schedules of a group on one page, without ${name}`);
}

/** The first fault, with the member that has it. */
function faultIn({ issues: [issue] }: z.ZodError): string {
  const path = issue?.path.join('.');
  return path ? `${path}: ${issue?.message}` : (issue?.message ?? 'unknown');
}

const invalid = (message: string) => new AwsError('ValidationException', 400, message);
const notFound = (message: string) => new AwsError('ResourceNotFoundException', 404, message);
