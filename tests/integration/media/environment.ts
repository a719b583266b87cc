/** What Lambda gives a function, for code that reads it while it loads; logs are left out of the test's output. */
Object.assign(process.env, {
  AWS_REGION: 'us-east-1',
  POWERTOOLS_LOG_LEVEL: 'SILENT',
  POWERTOOLS_TRACE_ENABLED: 'false',
});
