import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CliError } from '../errors.ts';
import { connect } from './connect.ts';
import { connectionTo, type Place } from './connection.ts';
import { explain } from './explain.ts';
import { localPlace } from './local.ts';

const credentials = { accessKeyId: 'id', secretAccessKey: 'secret' };
const aws = { endpoint: 'http://127.0.0.1:1', region: 'us-east-1', accountId: '000000000000', credentials };
const address = { url: 'http://127.0.0.1:4010', apiKeys: {}, pid: process.pid, stage: 'dev', aws };

/** A data directory with a dev.json of some text. */
function dataWith(text?: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'nova-cli-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  if (text !== undefined) writeFileSync(join(directory, 'dev.json'), text);
  return directory;
}

describe('the platform on this machine', () => {
  it('is found by its dev.json', () => {
    expect(localPlace(dataWith(JSON.stringify(address)))).toEqual({
      where: 'this machine (http://127.0.0.1:4010)',
      stage: 'dev',
      api: { url: 'http://127.0.0.1:4010', keys: {} },
      ...aws,
    });
  });

  it('is told not to run where there is no dev.json', () => {
    const data = dataWith();

    expect(() => localPlace(data)).toThrow(`start it with \`DATA=${data} make dev\``);
  });

  it('is told to have ended where its process has', () => {
    const { pid } = spawnSync('true');

    expect(() => localPlace(dataWith(JSON.stringify({ ...address, pid })))).toThrow(
      new RegExp(`does not run any more \\(process ${pid} has ended\\): start it with .*make dev`),
    );
  });

  it.each(['{', '{}', JSON.stringify({ ...address, aws: undefined })])(
    'is told to be of another version where dev.json is %s',
    (text) => {
      expect(() => localPlace(dataWith(text))).toThrow(/another version of Nova/);
    },
  );
});

describe('options that do not go together', () => {
  it.each([
    [
      { data: '.nova', stage: 'prod', profile: undefined, region: undefined },
      /--data is of the platform on this/,
    ],
    [{ data: undefined, stage: 'Prod!', profile: undefined, region: undefined }, /--stage is "Prod!"/],
  ])('%j are refused', async (options, message) => {
    await expect(connect(options)).rejects.toThrow(message);
  });
});

describe('names', () => {
  it.each([
    ['dev', 'nova-dev-event-store', 'nova-dev-failures-123456789012-eu-west-1'],
    ['prod', 'nova-event-store', 'nova-failures-123456789012-eu-west-1'],
  ])('of stage %s are those of its stack', (stage, eventStore, failureBucket) => {
    const place = { where: '', stage, region: 'eu-west-1', accountId: '123456789012', credentials };

    expect(connectionTo(place)).toMatchObject({ eventStore, failureBucket });
  });
});

describe('an error', () => {
  const onAws: Place = {
    where: 'AWS account 1, eu-west-1',
    stage: 'x',
    region: '',
    accountId: '1',
    credentials,
  };
  const local: Place = { ...onAws, where: 'this machine', endpoint: 'http://127.0.0.1:1' };
  const fault = (name: string, message = 'said', more: object = {}) =>
    Object.assign(new Error(message), { name, ...more });

  it.each([
    [fault('CredentialsProviderError'), /No AWS credentials .* --profile/],
    [fault('ExpiredTokenException'), /have expired .* sign in again/],
    [
      fault(
        'AccessDeniedException',
        'User: arn:x is not authorized to perform: lambda:InvokeFunction on resource: arn:f because no',
      ),
      /^You may not do lambda:InvokeFunction on arn:f: ask/,
    ],
    [fault('AccessDenied', 'Access Denied'), /AWS denied access \(Access Denied\)/],
    [fault('ResourceNotFoundException', 'Function not found: f'), /has no stage x, .*--stage/],
    [fault('NoSuchBucket'), /has no stage x/],
    [fault('ThrottlingException'), /asks to slow down/],
    [fault('TimeoutError'), /did not answer \(TimeoutError\): see whether you are online/],
    [fault('Error', '', { code: 'ECONNREFUSED' }), /did not answer \(ECONNREFUSED\)/],
    [fault('ValidationException', 'two\nlines\u001B[31m'), /^ValidationException: two lines\\u001b\[31m$/],
    [new CliError('as it is'), /^as it is$/],
  ])('%s is said in one sentence', (error, sentence) => {
    expect(explain(error, onAws)).toMatch(sentence);
  });

  it('of the laptop names what to do there', () => {
    expect(explain(fault('', '', { code: 'ECONNREFUSED' }), local)).toMatch(/whether `make dev` still runs/);
    expect(explain(fault('InvalidClientTokenId'), local)).toMatch(/start it anew with `make dev`/);
  });
});
