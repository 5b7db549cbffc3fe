-- For the session: a plan made while the table was empty would sort all due holds for each page.
SELECT set_config('enable_sort', 'off', false)
