import { Wafv2WebAcl } from '@cdktf/provider-aws/lib/wafv2-web-acl/index.js';
import { Wafv2WebAclAssociation } from '@cdktf/provider-aws/lib/wafv2-web-acl-association/index.js';
import { apiNameOf } from '@nova/shared/naming';
import type { Construct } from 'constructs';
import type { Settings } from '../settings.ts';

/** Requests of one address in five minutes: more than any key's throttle allows. */
const requestsPerAddress = 30_000;

/** AWS's managed rule groups. Source: AWS WAF guide, "AWS Managed Rules rule groups list". */
const managed = ['AWSManagedRulesAmazonIpReputationList', 'AWSManagedRulesKnownBadInputsRuleSet'] as const;

/**
 * AWS WAF in front of the API: known attackers, known attacks, and floods from one address. Rules about the content of
 * bodies are left out, because users also ask about attacks.
 */
export function firewall(scope: Construct, { prefix }: Settings, stageArn: string): void {
  const visibility = (metricName: string) => ({
    metricName,
    cloudwatchMetricsEnabled: true,
    // Samples contain headers, and so API keys.
    sampledRequestsEnabled: false,
  });
  const acl = new Wafv2WebAcl(scope, 'firewall', {
    name: apiNameOf(prefix),
    description: 'Known attackers, known attacks and floods',
    scope: 'REGIONAL',
    defaultAction: { allow: {} },
    visibilityConfig: visibility(apiNameOf(prefix)),
    rule: [
      {
        name: 'floods',
        priority: 0,
        action: { block: {} },
        statement: { rateBasedStatement: { limit: requestsPerAddress, aggregateKeyType: 'IP' } },
        visibilityConfig: visibility('floods'),
      },
      ...managed.map((name, place) => ({
        name,
        priority: place + 1,
        overrideAction: { none: {} },
        statement: { managedRuleGroupStatement: { vendorName: 'AWS', name } },
        visibilityConfig: visibility(name),
      })),
    ],
  });
  new Wafv2WebAclAssociation(scope, 'firewall-association', {
    resourceArn: stageArn,
    webAclArn: acl.arn,
  });
}
