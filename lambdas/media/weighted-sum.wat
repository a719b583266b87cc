;; The sum of the products of two rows of floats, eight at a time, by WebAssembly's vectors (WebAssembly 2.0).
;; $a and $b are the addresses of the rows; $end is the address after the row at $a.
(module
  (import "m" "m" (memory 1))
  (func (export "f") (param $a i32) (param $b i32) (param $end i32) (result f32)
    (local $s v128) (local $t v128)
    loop
      ;; s = s + load(a) * load(b)
      local.get $s
      local.get $a
      v128.load offset=0 align=4
      local.get $b
      v128.load offset=0 align=4
      f32x4.mul
      f32x4.add
      local.set $s
      ;; t = t + load(a + 16) * load(b + 16)
      local.get $t
      local.get $a
      v128.load offset=16 align=4
      local.get $b
      v128.load offset=16 align=4
      f32x4.mul
      f32x4.add
      local.set $t
      ;; b = b + 32
      local.get $b
      i32.const 32
      i32.add
      local.set $b
      ;; a = a + 32; again while a < end
      local.get $a
      i32.const 32
      i32.add
      local.tee $a
      local.get $end
      i32.lt_u
      br_if 0
    end
    ;; s = s + t; the sum of its four lanes
    local.get $s
    local.get $t
    f32x4.add
    local.tee $s
    f32x4.extract_lane 0
    local.get $s
    f32x4.extract_lane 1
    f32.add
    local.get $s
    f32x4.extract_lane 2
    f32.add
    local.get $s
    f32x4.extract_lane 3
    f32.add))
