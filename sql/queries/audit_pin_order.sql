-- For the transaction: a plan made before the tables were analyzed would sort all that is left for each page.
SELECT set_config('enable_sort', 'off', true)
