#pragma once
#include <arb.h>
#include <arf.h>
#include <mag.h>
