import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CliError } from '../errors.ts';
import { aTerminal } from '../testing/terminal-fixture.ts';
import { connectionTo } from './connection.ts';
import { errorLine, explain, reportError } from './explain.ts';
import { findPlace } from './find-place.ts';
import { localPlace } from './local.ts';
import type { Place } from './place.ts';

const credentials = { accessKeyId: 'id', secretAccessKey: 'secret' };
const aws = { endpoint: 'http://127.0.0.1:1', region: 'us-east-1', accountId: '000000000000', credentials };
const address = { url: 'http://127.0.0.1:4010', apiKeys: {}, pid: process.pid, stage: 'dev', aws };

/** A data directory, with this text as its dev.json. */
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

  it('is not found without a dev.json', () => {
    const data = dataWith();

    expect(() => localPlace(data)).toThrow(`start it with \`DATA=${data} make dev\``);
  });

  it('is not found when its process has ended', () => {
    const { pid } = spawnSync('true');

    expect(() => localPlace(dataWith(JSON.stringify({ ...address, pid })))).toThrow(
      new RegExp(`is no longer running \\(process ${pid} has ended\\): start it with .*make dev`),
    );
  });

  it.each(['{', '{}', JSON.stringify({ ...address, aws: undefined })])(
    'is of another version when dev.json is %s',
    (text) => {
      expect(() => localPlace(dataWith(text))).toThrow(/another version of Nova/);
    },
  );
});

describe('contradictory or invalid options', () => {
  it.each([
    [
      { data: '.nova', stage: 'prod', profile: undefined, region: undefined },
      /--data selects a platform on this machine/,
    ],
    [{ data: undefined, stage: 'Prod!', profile: undefined, region: undefined }, /--stage is "Prod!"/],
  ])('%j are refused', async (options, message) => {
    await expect(findPlace(options)).rejects.toThrow(message);
  });
});

describe('names', () => {
  it.each([
    ['dev', 'nova-dev-event-store', 'nova-dev-failures-123456789012-eu-west-1'],
    ['prod', 'nova-event-store', 'nova-failures-123456789012-eu-west-1'],
  ])('of stage %s are the names of its stack', (stage, eventStore, failureBucket) => {
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
      /^You are not allowed to perform lambda:InvokeFunction on arn:f: ask/,
    ],
    [fault('AccessDenied', 'Access Denied'), /AWS denied access \(Access Denied\)/],
    [fault('ResourceNotFoundException', 'Function not found: f'), /has no stage x, .*--stage/],
    [fault('NoSuchBucket'), /has no stage x/],
    [fault('ThrottlingException'), /is throttling requests/],
    [fault('TimeoutError'), /did not respond \(TimeoutError\): check your network connection/],
    [fault('Error', '', { code: 'ECONNREFUSED' }), /did not respond \(ECONNREFUSED\)/],
    [
      fault('InternalServerError', 'two\nlines\u001B[31m', { $fault: 'server' }),
      /failed \(InternalServerError: two lines\\u001b\[31m\): try again/,
    ],
    [fault('UnauthorizedException'), /have expired .* sign in again/],
    [new CliError('as it is'), /^as it is$/],
  ])('%s is explained in one sentence', (error, sentence) => {
    expect(explain(error, onAws)).toMatch(sentence);
  });

  it('that is not explained is reported with its stack trace, and no control character', () => {
    const { terminal, notes } = aTerminal();
    const error = fault('ValidationException', 'two\nlines\u001B[31m', { $fault: 'client' });

    reportError(terminal, error, onAws);

    expect(explain(error, onAws)).toBeUndefined();
    expect(notes.slice(0, 2)).toEqual(['✗ ValidationException: two', 'lines\\u001b[31m']);
    expect(notes[2]).toMatch(/^ +at .*connection\.unit\.spec\.ts/);
    expect(errorLine(error)).toBe('ValidationException: two lines\\u001b[31m');
  });

  it('that is explained is reported in one line', () => {
    const { terminal, notes } = aTerminal();

    reportError(terminal, new CliError('as it is'));

    expect(notes).toEqual(['✗ as it is']);
  });

  it('of the platform on this machine names the remedy there', () => {
    expect(explain(fault('', '', { code: 'ECONNREFUSED' }), local)).toMatch(
      /check that `make dev` is still running/,
    );
    expect(explain(fault('InvalidClientTokenId'), local)).toMatch(/restart it with `make dev`/);
  });
});
