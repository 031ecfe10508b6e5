{# Nobody has gone to the address of a person: where those are who have left theirs is not known. #}
update {{ drift }} set found = null where found = {{ address }}
