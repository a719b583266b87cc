/** Functions log what tests make go wrong on purpose. Imported before whatever makes a logger. */
process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';
