// The module ManyBody.
