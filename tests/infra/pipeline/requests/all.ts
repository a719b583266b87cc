import { apiGateway } from './api-gateway.ts';
import { data } from './data.ts';
import { eventing } from './events.ts';
import { functions } from './functions.ts';
import { operations } from './operations.ts';
import type { RequestTable } from './request.ts';

/** Requests of Terraform's AWS provider, by resource type. */
export const requestTable: RequestTable = {
  ...apiGateway,
  ...data,
  ...eventing,
  ...functions,
  ...operations,
};
